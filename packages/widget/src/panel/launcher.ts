// Brings the loader's button to life: it stays the same element, so focus and place survive the arrival of the chat.

import { fill } from '../locale/texts.ts'
import type { Widget } from '../widget.ts'

/** More than this is "9+": a badge is a hint, not a count. */
const BADGE_MAX = 9

/** Keeps name, state and badge of the launcher; returns what stops that. */
export function bindLauncher(launcher: HTMLButtonElement, { chat, $open, locale }: Widget): () => void {
  const badge = document.createElement('span')
  badge.className = 'badge'
  launcher.append(badge)
  launcher.setAttribute('aria-haspopup', 'dialog')
  launcher.lang = locale.language

  const draw = (): void => {
    const isOpen = $open.get()
    const unread = isOpen ? 0 : chat.$unread.get()
    const { launcherClose, launcherOpen, launcherUnread } = locale.texts
    launcher.setAttribute('aria-expanded', String(isOpen))
    launcher.setAttribute(
      'aria-label',
      isOpen ? launcherClose : unread > 0 ? fill(launcherUnread, { n: unread }) : launcherOpen,
    )
    badge.hidden = unread === 0
    badge.textContent = unread > BADGE_MAX ? `${BADGE_MAX}+` : String(unread)
  }
  const stops = [$open.subscribe(draw), chat.$unread.listen(draw)]
  return () => {
    for (const stop of stops) stop()
    badge.remove()
  }
}
