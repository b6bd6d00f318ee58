// The fold of a conversation: total over every event kind, known or not, so that an old build can read a newer log.
// It trusts the log: events were checked when they were appended.

import { eventKind } from '../event-kinds.ts'
import type { LogEvent } from '../log-event.ts'
import type { Page } from '../schemas/content.ts'
import type { ConversationState } from './state.ts'

/** The state after one more event. `state` is `null` only before `conversation.opened`. */
export function applyConversation(state: ConversationState | null, event: LogEvent): ConversationState {
  if (state === null) return opened(event)
  const next = { ...change(state, event), seq: event.seq, lastAt: event.at }
  if (event.publicSeq !== null) next.publicSeq = event.publicSeq
  if (eventKind(event.kind).moves) next.movedAt = event.at
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
  }
}

function change(state: ConversationState, event: LogEvent): ConversationState {
  const { data } = event
  switch (event.kind) {
    case 'conversation.closed':
      return { ...state, status: 'closed', closedAt: event.at, waitingSince: null }
    case 'conversation.reopened':
      return { ...state, status: 'open', closedAt: null, episode: state.episode + 1 }
    case 'conversation.assigned':
      return { ...state, assignee: text(data.agent), participants: withMember(state.participants, text(data.agent)) }
    case 'conversation.unassigned':
      return { ...state, assignee: null }
    case 'participant.joined':
      return { ...state, participants: withMember(state.participants, text(data.agent)) }
    case 'participant.left':
      return { ...state, participants: state.participants.filter((agent) => agent !== data.agent) }
    case 'identity.added':
      return { ...state, identities: withMember(state.identities, text(data.identity)) }
    case 'page.changed':
      return { ...state, page: pageOf(event) }
    case 'message.posted':
      return posted(state, event)
    default:
      return state
  }
}

function posted(state: ConversationState, event: LogEvent): ConversationState {
  const direction = isFromContact(event) ? 'in' : 'out'
  const lastMessage = { seq: event.seq, at: event.at, direction } as const
  return direction === 'in'
    ? { ...state, lastMessage, incoming: state.incoming + 1, waitingSince: state.waitingSince ?? event.at }
    : { ...state, lastMessage, outgoing: state.outgoing + 1, waitingSince: null }
}

/** Whether the words are the contact's (and not the team's). */
export function isFromContact(event: Pick<LogEvent, 'actor' | 'author'>): boolean {
  return event.author === undefined ? event.actor.kind === 'visitor' : event.author.kind === 'contact'
}

const pageOf = (event: LogEvent): Page | null => event.content?.page ?? null
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const withMember = (list: readonly string[], member: string): readonly string[] =>
  list.includes(member) ? list : [...list, member]
