// The two audiences. What leaves the server for a participant passes through here, and nothing else makes a public
// form: a visitor never receives a `seq` and cannot infer that something internal happened.

import type { ConversationState } from './conversation/state.ts'
import { eventKind } from './event-kinds.ts'
import type { LogEvent } from './log-event.ts'
import type { Content } from './schemas/content.ts'
import type { WireEvent } from './schemas/wire.ts'

export type Audience = 'team' | 'participants'

/** The event as its audience receives it, or `null` where it may not. */
export function toWireEvent(event: LogEvent, audience: Audience): WireEvent | null {
  const n = audience === 'team' ? event.seq : event.publicSeq
  if (n === null) return null
  const { kind, command, actor, author, occurredAt, at, content } = event
  const data = audience === 'team' ? { ...event.data } : publicData(event)
  // Assigned and not spread: with every message, for each audience.
  const wire: WireEvent = { n, kind, id: command, actor, at, data }
  if (author !== undefined) wire.author = author
  if (occurredAt !== undefined) wire.occurredAt = occurredAt
  if (eventKind(kind).content !== 'none') wire.content = audience === 'team' ? content : publicContent(content)
  return wire
}

/** Of a mail a participant learns the subject: who else got it, and the mail as it came, stay with the team. */
function publicContent(content: Content | null): Content | null {
  if (content?.mail === undefined) return content
  const { mail, ...rest } = content
  return mail.subject === undefined ? rest : { ...rest, mail: { subject: mail.subject } }
}

function publicData(event: LogEvent): Record<string, unknown> {
  const data: Record<string, unknown> = {}
  for (const key of eventKind(event.kind).publicData) if (event.data[key] !== undefined) data[key] = event.data[key]
  return data
}

/** The state as its audience may know it, in its numbering. */
export function toView(state: ConversationState, audience: Audience): ConversationState {
  if (audience === 'team') return state
  return {
    ...state,
    seq: state.publicSeq,
    firstSeq: 1,
    contact: '',
    identities: [],
    team: null,
    // `lastAt` moves with internal events too, and `lastMessage` carries a `seq`.
    lastAt: state.movedAt,
    lastMessage: null,
    mail: state.mail === null ? null : { ...state.mail, upTo: 0, planned: [], thread: [], held: [] },
  }
}

/** What a client folds: the wire form as an event of a log whose only numbering is the client's. */
export function fromWireEvent(event: WireEvent): LogEvent {
  const { n, kind, id, actor, author, occurredAt, at, data, content } = event
  return {
    seq: n,
    publicSeq: n,
    kind,
    command: id,
    actor,
    at,
    data,
    content: content ?? null,
    ...(author !== undefined && { author: toAuthor(author) }),
    ...(occurredAt !== undefined && { occurredAt }),
  }
}

const toAuthor = ({ kind, id, name }: NonNullable<WireEvent['author']>) => ({
  kind,
  ...(id !== undefined && { id }),
  ...(name !== undefined && { name }),
})
