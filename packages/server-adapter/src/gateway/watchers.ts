// Which sockets watch which conversation, on this node.

import type { Audience, ConversationState, LogEvent } from '@pendopo/protocol'
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
  /** Who takes part, as last seen: of their coming and going the other side is told. */
  who: Who
  /** When this socket last said that somebody types, and what. */
  typing: { at: number; is: boolean }
}

/** The contact's identities, and the agents. */
export type Who = Pick<ConversationState, 'identities' | 'participants' | 'assignee'>

export const isAgentIn = ({ participants, assignee }: Who, agent: string): boolean =>
  assignee === agent || participants.includes(agent)

/** After each change that a watch is told of: mostly nobody has come or gone, and nothing is made anew. */
export function noteWho(watch: Watch, { identities, participants, assignee }: Who): void {
  const { who } = watch
  if (who.identities === identities && who.participants === participants && who.assignee === assignee) return
  watch.who = { identities, participants, assignee }
}

export interface Watchers {
  /** Begins, holding events back until `sync` has answered; a second call returns the present watch. */
  add(conversation: string, session: Session): Watch
  remove(conversation: string, session: Session): void
  removeAll(session: Session): void
  of(conversation: string): Iterable<Watch>
  /** Sockets of an audience that may be told what goes by: all that have proven their sight, but this one. */
  others(workspace: string, conversation: string, audience: Audience, session?: Session): Session[]
  isWatched(conversation: string): boolean
  /** Up to which number this node has told its watchers; undefined before the first has read. */
  headOf(conversation: string): number | undefined
  setHead(conversation: string, seq: number): void
  /** What is watched, with the workspace. */
  conversations(): Iterable<{ readonly conversation: string; readonly workspace: string }>
  all(): Iterable<Watch>
}

interface Watched {
  readonly workspace: string
  readonly watches: Map<Session, Watch>
  head: number | undefined
}

const NONE: readonly Watch[] = []
const NOBODY: Who = { identities: [], participants: [], assignee: null }

export function createWatchers(): Watchers {
  const byConversation = new Map<string, Watched>()
  const watchesOf = (conversation: string) => byConversation.get(conversation)?.watches.values() ?? NONE

  function remove(conversation: string, session: Session): void {
    session.watching.delete(conversation)
    const watched = byConversation.get(conversation)
    watched?.watches.delete(session)
    if (watched?.watches.size === 0) byConversation.delete(conversation)
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
        who: NOBODY,
        typing: { at: 0, is: false },
      }
      session.watching.set(conversation, watch)
      const { workspace } = session
      const watched = byConversation.get(conversation) ?? { workspace, watches: new Map(), head: undefined }
      byConversation.set(conversation, watched)
      watched.watches.set(session, watch)
      return watch
    },
    removeAll: (session) => {
      for (const conversation of [...session.watching.keys()]) remove(conversation, session)
    },
    of: watchesOf,
    others: (workspace, conversation, audience, session) =>
      [...watchesOf(conversation)].flatMap(({ stage, session: other }) =>
        stage !== 'proving' && other !== session && other.audience === audience && other.workspace === workspace
          ? [other]
          : [],
      ),
    isWatched: (conversation) => byConversation.has(conversation),
    headOf: (conversation) => byConversation.get(conversation)?.head,
    setHead: (conversation, seq) => {
      const watched = byConversation.get(conversation)
      if (watched !== undefined) watched.head = seq
    },
    conversations: function* conversations() {
      for (const [conversation, { workspace }] of byConversation) yield { conversation, workspace }
    },
    all: function* all() {
      for (const { watches } of byConversation.values()) yield* watches.values()
    },
  }
}
