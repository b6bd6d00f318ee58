// A stream's state is kept in two parts. The numbers and times that move with every message stand in the stream's own
// small row; the rest is in a row of its own, written only when it changes. So a commit of a hundred messages dirties a
// few pages in place of one for every few conversations, and turns next to nothing into JSON.

import type { ConversationState, StreamKind, StreamState } from '@pendopo/protocol'
import { toIdText } from './ids.ts'

/** What every query that wants a state selects, from `stream` joined with `stream_state`. */
export const STATE_COLUMNS = ['stream_state.state_json', 'stream.moving_json'] as const

export interface StateRow {
  /** The state when its resting part last changed. */
  readonly state_json: string
  /** What has moved on since; `{}` for kinds whose whole state is written each time. */
  readonly moving_json: string
}

export interface StreamRow extends StateRow {
  readonly id: Buffer
  readonly kind: string
}

type Moving = Pick<
  ConversationState,
  'seq' | 'publicSeq' | 'lastAt' | 'movedAt' | 'incoming' | 'outgoing' | 'lastMessage' | 'waitingSince'
>

const RESTING = [
  'id',
  'firstSeq',
  'status',
  'channel',
  'contact',
  'identities',
  'team',
  'assignee',
  'participants',
  'episode',
  'openedAt',
  'closedAt',
  'page',
  'mail',
] as const
type Resting = Pick<ConversationState, (typeof RESTING)[number]>

/** Does not compile while a field of the state is in neither part. A state of before there was mail has none. */
const join = (resting: Resting, moving: Moving): ConversationState => ({
  ...resting,
  ...moving,
  mail: resting.mail ?? null,
})

export const toConversationState = (row: StateRow): ConversationState =>
  join(JSON.parse(row.state_json), JSON.parse(row.moving_json))

export function toStreamState(row: StreamRow): StreamState {
  const id = toIdText(row.id)
  return row.kind === 'agent'
    ? { kind: 'agent', id, state: JSON.parse(row.state_json) }
    : { kind: 'conversation', id, state: toConversationState(row) }
}

export const toStreamKind = (kind: string): StreamKind => (kind === 'agent' ? 'agent' : 'conversation')

/** Field by field, with every message: looking fields up by name is felt. A test goes through them all. */
const isSameResting = (one: Resting, other: Resting): boolean =>
  one.id === other.id &&
  one.firstSeq === other.firstSeq &&
  one.status === other.status &&
  one.channel === other.channel &&
  one.contact === other.contact &&
  one.identities === other.identities &&
  one.team === other.team &&
  one.assignee === other.assignee &&
  one.participants === other.participants &&
  one.episode === other.episode &&
  one.openedAt === other.openedAt &&
  one.closedAt === other.closedAt &&
  one.page === other.page &&
  one.mail === other.mail

/** Whether the row with the resting part may stay as it is. Parts of a state are replaced, never changed in place. */
export function isAtRest(before: StreamState, after: StreamState): boolean {
  if (before.kind !== 'conversation' || after.kind !== 'conversation') return false
  const [one, other] = [before.state, after.state]
  return one !== null && other !== null && isSameResting(one, other)
}

/** Numbers and a closed list of words, put together by hand: with every message, and a third of what JSON.stringify takes. */
export function toMovingJson({ kind, state }: StreamState): string {
  if (kind !== 'conversation' || state === null) return '{}'
  const moving: Moving = state
  const { seq, publicSeq, lastAt, movedAt, incoming, outgoing, lastMessage: last, waitingSince } = moving
  const message = last === null ? 'null' : `{"seq":${last.seq},"at":${last.at},"direction":"${last.direction}"}`
  return (
    `{"seq":${seq},"publicSeq":${publicSeq},"lastAt":${lastAt},"movedAt":${movedAt},"incoming":${incoming},` +
    `"outgoing":${outgoing},"lastMessage":${message},"waitingSince":${waitingSince}}`
  )
}
