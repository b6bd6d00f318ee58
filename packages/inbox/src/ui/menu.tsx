// A menu under its button: arrows move, letters jump, Escape and a click elsewhere close it, and the focus returns to
// the button. The owner holds whether it is open, so that a shortcut can open it too.

import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

interface MenuProps {
  readonly label: string
  readonly open: boolean
  readonly onOpen: () => void
  readonly onClose: () => void
  readonly button: ComponentChildren
  readonly buttonClass?: string
  readonly buttonTitle?: string
  readonly children: ComponentChildren
}

export function Menu({ label, open, onOpen, onClose, button, buttonClass, buttonTitle, children }: MenuProps) {
  const root = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    if (open) itemsOf(list.current)[0]?.focus()
  }, [open])

  useEffect(() => {
    if (!open) return undefined
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) onClose()
    }
    document.addEventListener('pointerdown', onPointerDown, true)
    return () => document.removeEventListener('pointerdown', onPointerDown, true)
  }, [open, onClose])

  const closeAndReturn = () => {
    onClose()
    trigger.current?.focus()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf(list.current)
    const at = items.findIndex((item) => item === document.activeElement)
    const next = toNextIndex(event.key, at, items)
    if (next !== null) items[next]?.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') closeAndReturn()
    else return
    if (event.key !== 'Tab') event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div class="menu-root" ref={root}>
      <button
        type="button"
        ref={trigger}
        class={buttonClass}
        title={buttonTitle}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={open ? closeAndReturn : onOpen}
      >
        {button}
      </button>
      {open && (
        <div class="menu" role="menu" aria-label={label} ref={list} onKeyDown={onKeyDown} onClick={closeAndReturn}>
          {children}
        </div>
      )}
    </div>
  )
}

const itemsOf = (list: HTMLElement | null): HTMLElement[] =>
  list === null ? [] : [...list.querySelectorAll<HTMLElement>('[role^=menuitem]:not([aria-disabled=true])')]

function toNextIndex(key: string, at: number, items: readonly HTMLElement[]): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % items.length
    case 'ArrowUp':
      return (at - 1 + items.length) % items.length
    case 'Home':
      return 0
    case 'End':
      return items.length - 1
    default:
      return key.length === 1 && key !== ' ' ? toIndexByLetter(key, at, items) : null
  }
}

function toIndexByLetter(key: string, at: number, items: readonly HTMLElement[]): number | null {
  const letter = key.toLocaleLowerCase()
  for (let step = 1; step <= items.length; step++) {
    const index = (at + step) % items.length
    if (items[index]?.textContent?.trim().toLocaleLowerCase().startsWith(letter)) return index
  }
  return null
}

interface MenuItemProps {
  readonly onSelect: () => void
  readonly children: ComponentChildren
  readonly checked?: boolean
  readonly disabled?: boolean
}

export function MenuItem({ onSelect, children, checked, disabled = false }: MenuItemProps) {
  return (
    <button
      type="button"
      class="menu-item"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      aria-disabled={disabled}
      tabIndex={-1}
      onClick={() => {
        if (!disabled) onSelect()
      }}
    >
      {children}
    </button>
  )
}
