import { useEffect, useRef } from 'preact/hooks'
import type { Action } from './actions.ts'
import { isFor, toShortcut } from './keys.ts'

/** Runs actions by their keys. `isPaused` while something modal has the keyboard, or a field is about to have it. */
export function useShortcuts(actions: readonly Action[], isPaused: () => boolean): void {
  const current = useRef({ actions, isPaused })
  current.current = { actions, isPaused }

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { actions, isPaused } = current.current
      const shortcut = event.defaultPrevented || isPaused() ? null : toShortcut(event)
      if (shortcut === null || !isFor(shortcut, event.target)) return
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
