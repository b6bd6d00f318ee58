import { useEffect, useRef } from 'preact/hooks'
import type { Action } from './actions.ts'
import { isForField, toShortcut } from './keys.ts'

/** Runs actions by their keys. `paused` while something modal has the keyboard. */
export function useShortcuts(actions: readonly Action[], paused: boolean): void {
  const current = useRef({ actions, paused })
  current.current = { actions, paused }

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { actions, paused } = current.current
      const shortcut = event.defaultPrevented || paused ? null : toShortcut(event)
      if (shortcut === null || (isForField(event.target) && !shortcut.startsWith('mod+'))) return
      const action = actions.find(({ keys }) => keys.includes(shortcut))
      if (action === undefined || isActivation(shortcut, event.target)) return
      event.preventDefault()
      action.run()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Enter on a button or a link presses it, and nothing else. A row in the list is opened, then answered. */
function isActivation(shortcut: string, target: EventTarget | null): boolean {
  return (
    shortcut === 'Enter' &&
    target instanceof Element &&
    target.closest('button, a:not([aria-current=true]), summary') !== null
  )
}
