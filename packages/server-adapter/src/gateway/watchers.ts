// Which sockets watch which conversation, on this node.

import type { LogEvent } from '@pendopo/protocol'
import type { Session } from './session.ts'

export interface Watch {
  readonly conversation: string
  readonly session: Session
  /** While `sync` reads: events committed meanwhile, sent right after its answer. Null once it has answered. */
  held: LogEvent[] | null
  /** Identities of the conversation's contact, as last seen: whose coming and going the team is told of. */
  identities: readonly string[]
  /** When this socket last said that somebody types, and what. */
  typing: { at: number; is: boolean }
}

export interface Watchers {
  /** Begins, holding events back until `sync` has answered; a second call returns the present watch. */
  add(conversation: string, session: Session): Watch
  remove(conversation: string, session: Session): void
  removeAll(session: Session): void
  of(conversation: string): Iterable<Watch>
  all(): Iterable<Watch>
}

const NONE: readonly Watch[] = []

export function createWatchers(): Watchers {
  const byConversation = new Map<string, Map<Session, Watch>>()

  function remove(conversation: string, session: Session): void {
    session.watching.delete(conversation)
    const watches = byConversation.get(conversation)
    watches?.delete(session)
    if (watches?.size === 0) byConversation.delete(conversation)
  }

  return {
    remove,
    add: (conversation, session) => {
      const present = session.watching.get(conversation)
      if (present !== undefined) return present
      const watch: Watch = { conversation, session, held: [], identities: [], typing: { at: 0, is: false } }
      session.watching.set(conversation, watch)
      const watches = byConversation.get(conversation)
      if (watches === undefined) byConversation.set(conversation, new Map([[session, watch]]))
      else watches.set(session, watch)
      return watch
    },
    removeAll: (session) => {
      for (const conversation of [...session.watching.keys()]) remove(conversation, session)
    },
    of: (conversation) => byConversation.get(conversation)?.values() ?? NONE,
    all: function* all() {
      for (const watches of byConversation.values()) yield* watches.values()
    },
  }
}
