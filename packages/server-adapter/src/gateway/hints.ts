// "Something changed that you do not watch": the cheap packet that keeps lists and badges fresh. One timer for all
// sockets, four packets a second at most for each, however busy the conversations.

import { coalesce } from './coalesce.ts'
import type { Session } from './session.ts'

/** Lists feel live at four changes a second, and a client refetches no oftener. */
const HINT_EVERY_MS = 250

export interface Hints {
  /** `n` in the receiver's numbering. */
  add(session: Session, conversation: string, n: number): void
  /** The socket is gone. */
  forget(session: Session): void
  close(): void
}

export function createHints(now: () => number): Hints {
  const waiting = new Set<Session>()
  const flush = coalesce(send, HINT_EVERY_MS, now, 'at-once')

  function send(): void {
    for (const { wire, hints } of waiting) {
      wire.emit('hint', { conversations: [...hints].map(([id, n]) => ({ id, n })) })
      hints.clear()
    }
    waiting.clear()
  }

  return {
    add: (session, conversation, n) => {
      session.hints.set(conversation, n)
      waiting.add(session)
      flush.request()
    },
    forget: (session) => {
      waiting.delete(session)
    },
    close: () => flush.close(),
  }
}
