// Which sockets watch which conversation, on this node.

import type { Audience, LogEvent } from '@pendopo/protocol'
import type { Session } from './session.ts'

export interface Watch {
  readonly conversation: string
  readonly session: Session
  /**
   * `proving` until the first `sync` has found that this session may see it: nothing is sent and nothing taken ·
   * `reading` until `sync` has answered: events wait in `held` · `live` after that.
   */
  stage: 'proving' | 'reading' | 'live'
  held: LogEvent[]
  /** Requests to `sync` that are under way: while there is one, a failed other does not end the watch. */
  syncs: number
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
  /** Sockets of an audience that may be told what goes by: all that have proven their sight, but this one. */
  others(conversation: string, audience: Audience, session: Session): Session[]
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
      const watch: Watch = {
        conversation,
        session,
        stage: 'proving',
        held: [],
        syncs: 0,
        identities: [],
        typing: { at: 0, is: false },
      }
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
    others: (conversation, audience, session) =>
      [...(byConversation.get(conversation)?.values() ?? NONE)].flatMap((watch) =>
        watch.stage !== 'proving' && watch.session !== session && watch.session.audience === audience
          ? [watch.session]
          : [],
      ),
    all: function* all() {
      for (const watches of byConversation.values()) yield* watches.values()
    },
  }
}
