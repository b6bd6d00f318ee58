// What a stream's row says beside its state: the few columns that move with every message, and the placement (who may
// see it, in which lists it is), which changes seldom.

import type { StreamState } from '@pendopo/protocol'

/** Whether the two are seen by the same people in the same lists: then no column or table but the state's changes. */
export function isSamePlacement(before: StreamState, after: StreamState): boolean {
  if (after.kind !== 'conversation' || after.state === null) return true
  if (before.kind !== 'conversation' || before.state === null) return false
  const [one, other] = [before.state, after.state]
  return (
    one.status === other.status &&
    one.assignee === other.assignee &&
    one.team === other.team &&
    one.channel === other.channel &&
    one.openedAt === other.openedAt &&
    isSameList(one.participants, other.participants) &&
    isSameList(one.identities, other.identities)
  )
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((id, index) => id === other[index]))

/** Where the conversation stands in the lists. */
export const toMovedAt = ({ kind, state }: StreamState): number | null =>
  kind === 'conversation' && state !== null ? state.movedAt : null

/**
 * About a minute: the time that lists are indexed by is divided into buckets of this length, so that a message seldom
 * changes an index. A page sorts the conversations that moved in the same minute. It stands in databases: never change it.
 */
export const MOVED_BUCKET_MS = 65_536

export const toBucket = (movedAt: number): number => Math.floor(movedAt / MOVED_BUCKET_MS)

export function toMovedBucket(stream: StreamState): number | null {
  const movedAt = toMovedAt(stream)
  return movedAt === null ? null : toBucket(movedAt)
}

export const toLastMessageSeq = ({ kind, state }: StreamState): number | null =>
  kind === 'conversation' && state !== null ? (state.lastMessage?.seq ?? null) : null
