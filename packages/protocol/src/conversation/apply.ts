// The fold of a conversation: total over every event kind, known or not, so that an old build can read a newer log.
// It trusts the log: events were checked when they were appended.

import { eventKind } from '../event-kinds.ts'
import type { LogEvent } from '../log-event.ts'
import type { Page } from '../schemas/content.ts'
import type { ConversationState } from './state.ts'

/** A state in the making, nobody else's yet. */
export type Draft = { -readonly [Field in keyof ConversationState]: ConversationState[Field] }

/**
 * The state after one more event, but for its mail side, which visitors' clients have no use for (`mail-state.ts`).
 * `state` is `null` only before `conversation.opened`; `next` is a copy of it, which is moved on.
 */
export function applyConversation(
  state: ConversationState | null,
  event: LogEvent,
  // Of a state that is there: without one, it is not looked at.
  next = { ...state } as Draft,
): ConversationState {
  if (state === null) return opened(event)
  next.seq = event.seq
  next.lastAt = event.at
  if (event.publicSeq !== null) next.publicSeq = event.publicSeq
  if (eventKind(event.kind).moves) next.movedAt = event.at
  change(next, event)
  return next
}

function opened(event: LogEvent): ConversationState {
  const { data } = event
  return {
    id: event.command,
    seq: event.seq,
    publicSeq: event.publicSeq ?? 0,
    firstSeq: 1,
    status: 'open',
    channel: text(data.channel),
    contact: text(data.contact),
    identities: [text(data.identity)],
    team: typeof data.team === 'string' ? data.team : null,
    assignee: null,
    participants: [],
    episode: 1,
    openedAt: event.at,
    closedAt: null,
    lastAt: event.at,
    movedAt: event.at,
    incoming: 0,
    outgoing: 0,
    lastMessage: null,
    waitingSince: null,
    page: event.content?.page ?? null,
    mail: null,
  }
}

function change(next: Draft, event: LogEvent): void {
  const { data } = event
  switch (event.kind) {
    case 'conversation.closed':
      next.status = 'closed'
      next.closedAt = event.at
      next.waitingSince = null
      return
    case 'conversation.reopened':
      next.status = 'open'
      next.closedAt = null
      next.episode += 1
      return
    case 'conversation.assigned':
      next.assignee = text(data.agent)
      next.participants = withMember(next.participants, text(data.agent))
      return
    case 'conversation.unassigned':
      next.assignee = null
      return
    case 'participant.joined':
      next.participants = withMember(next.participants, text(data.agent))
      return
    case 'participant.left':
      next.participants = next.participants.filter((agent) => agent !== data.agent)
      return
    case 'identity.added':
      next.identities = withMember(next.identities, text(data.identity))
      return
    case 'page.changed':
      next.page = pageOf(event)
      return
    case 'content.erased':
      if (data.message !== undefined) return
      next.page = null
      if (data.reason === 'retention') next.firstSeq = event.seq
      return
    case 'message.posted':
      addMessage(next, event)
  }
}

function addMessage(next: Draft, event: LogEvent): void {
  const direction = isFromContact(event) ? 'in' : 'out'
  next.lastMessage = { seq: event.seq, at: event.at, direction }
  if (direction === 'in') {
    next.incoming += 1
    next.waitingSince ??= event.at
  } else {
    next.outgoing += 1
    next.waitingSince = null
  }
}

/** Whether the words are the contact's (and not the team's). */
export function isFromContact(event: Pick<LogEvent, 'actor' | 'author'>): boolean {
  return event.author === undefined ? event.actor.kind === 'visitor' : event.author.kind === 'contact'
}

const pageOf = (event: LogEvent): Page | null => event.content?.page ?? null
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const withMember = (list: readonly string[], member: string): readonly string[] =>
  list.includes(member) ? list : [...list, member]
