// What a row says about its conversation beyond who and when. Time makes states (nobody sends an event when five
// minutes have passed), so this is asked again whenever the clock ticks.

import type { Row } from '@pendopo/sdk/inbox'

/** From here on a contact has waited too long: what four of five support teams promise in writing. */
export const OVERDUE_AFTER_MS = 300_000

export type RowStatus =
  | { readonly kind: 'closed' }
  /** The contact's words came last. */
  | { readonly kind: 'waiting' | 'overdue'; readonly forMs: number }
  /** A mail waits for a decision. */
  | { readonly kind: 'held' }
  /** Ours came last, or nobody has written. */
  | { readonly kind: 'answered' }

export function toRowStatus(row: Pick<Row, 'status' | 'waitingSince' | 'held'>, now: number): RowStatus {
  const isWaiting = row.status === 'open' && row.waitingSince !== null
  if (row.held === true && !isWaiting) return { kind: 'held' }
  if (row.status === 'closed') return { kind: 'closed' }
  if (row.waitingSince === null) return { kind: 'answered' }
  // This device's clock may be behind the server's.
  const forMs = Math.max(0, now - row.waitingSince)
  return { kind: forMs >= OVERDUE_AFTER_MS ? 'overdue' : 'waiting', forMs }
}
