// What a stream's row says beside its state: the few columns that move with every message, and the placement (who may
// see it, in which lists it is), which changes seldom.

import type { ConversationState, StreamState } from '@pendopo/protocol'

/** The part of a conversation's state that decides who sees it and in which lists it is. */
export interface Placement {
  readonly channel: string
  readonly status: ConversationState['status']
  readonly team: string | null
  readonly assignee: string | null
  readonly openedAt: number
  readonly participants: readonly string[]
  readonly identities: readonly string[]
}

/** The placement as text, in one order, to compare. */
export function toPlacementJson({ kind, state }: StreamState): string {
  if (kind !== 'conversation' || state === null) return ''
  const { channel, status, team, assignee, openedAt, participants, identities } = state
  const placement: Placement = { channel, status, team, assignee, openedAt, participants, identities }
  return JSON.stringify(placement)
}

/** Where the conversation stands in the lists. */
export const toMovedAt = ({ kind, state }: StreamState): number | null =>
  kind === 'conversation' && state !== null ? state.movedAt : null

export const toLastMessageSeq = ({ kind, state }: StreamState): number | null =>
  kind === 'conversation' && state !== null ? (state.lastMessage?.seq ?? null) : null
