// An incoming message makes itself known: a sound and a toast while the inbox is looked at, a notification of the
// browser while it is not. With the bell off it does not; lists and counts move all the same.

import type { Inbox } from '@pendopo/sdk/inbox'
import { toDisplayName } from '../ui/display-name.ts'
import type { Desktop } from './desktop.ts'
import type { Notices } from './notices.ts'
import type { Sound } from './sound.ts'

export function announceIncoming(parts: {
  readonly inbox: Pick<Inbox, 'onIncoming'>
  readonly isBellOn: () => boolean
  readonly isVisible: () => boolean
  /** The conversation on the screen: reading it needs no toast. */
  readonly openConversation: () => string | null
  readonly open: (conversation: string) => void
  readonly notices: Pick<Notices, 'show'>
  readonly sound: Pick<Sound, 'play'>
  readonly desktop: Pick<Desktop, 'show'>
}): () => void {
  return parts.inbox.onIncoming((row) => {
    if (!parts.isBellOn()) return
    const visible = parts.isVisible()
    if (visible && parts.openConversation() === row.id) return
    parts.sound.play()
    const name = toDisplayName(row.contact.name, row.contact.id)
    const text = row.last?.text ?? ''
    if (visible) parts.notices.show({ kind: 'message', conversation: row.id, contact: row.contact.id, name, text })
    else parts.desktop.show({ title: name, body: text, tag: row.id, onClick: () => parts.open(row.id) })
  })
}
