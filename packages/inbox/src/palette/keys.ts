// One key, one action. Keys are for hands that are not writing: in a field, only those with Ctrl or Cmd count.

/** `mod` is Cmd on a Mac and Ctrl elsewhere. A letter stands for the key without modifiers, a capital with Shift. */
export type Shortcut = string

/** What the pressed key is called here, or `null` for a combination that is none of ours. */
export function toShortcut(event: KeyboardEvent): Shortcut | null {
  if (event.isComposing || event.altKey) return null
  if (event.ctrlKey || event.metaKey) return event.shiftKey ? null : `mod+${event.key.toLowerCase()}`
  return event.key
}

/** Whether the key goes into something that takes text or choices. */
function isForField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    target.matches('input, textarea, select') ||
    target.closest('[role=menu], dialog') !== null
  )
}

/**
 * Whether a key pressed there is one of ours. With Ctrl or Cmd always; alone from the lists, the thread and the page
 * itself, and not from buttons elsewhere: who types there has lost the focus and does not mean us.
 */
export function isFor(shortcut: Shortcut, target: EventTarget | null): boolean {
  if (shortcut.startsWith('mod+')) return true
  if (isForField(target) || !(target instanceof Element)) return false
  return target === document.body || target === document.documentElement || target.closest('[data-keys]') !== null
}

/** As it is printed on a key cap. */
export function toKeyCaps(shortcut: Shortcut, isMac: boolean): readonly string[] {
  const caps: Readonly<Record<string, string>> = {
    ArrowDown: '↓',
    ArrowUp: '↑',
    Enter: '↵',
    Escape: 'Esc',
    mod: isMac ? '⌘' : 'Ctrl',
  }
  return shortcut.split('+').map((key) => caps[key] ?? (key.length === 1 ? key.toUpperCase() : key))
}
