// How many messages somebody has not read, from what is loaded and what the server last counted.

import { eventKind, type Item } from '@pendopo/protocol'
import type { Timeline } from '../timeline/timeline.ts'
import type { Viewer } from '../timeline/to-thread-items.ts'

/** Unread messages as the server counted them up to `n`. */
export interface UnreadHint {
  readonly n: number
  readonly unread: number
}

/**
 * Counted where everything after the mark is loaded. Where it is not, or where no mark is known, the server's count goes
 * as far as it reached, and what came later is counted.
 */
export function unreadIn({ items, hasOlder }: Timeline, read: number, viewer: Viewer, hint?: UnreadHint): number {
  const [oldest] = items
  const isWhole = read > 0 && oldest !== undefined && (!hasOlder || oldest.n <= read)
  return hint === undefined || isWhole
    ? unreadAfter(items, read, viewer)
    : hint.unread + unreadAfter(items, hint.n, viewer)
}

function unreadAfter(items: readonly Item[], n: number, { side }: Viewer): number {
  let count = 0
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]
    if (item === undefined || item.n <= n) break
    if (eventKind(item.kind).unread && isByContact(item) === (side === 'agent')) count++
  }
  return count
}

const isByContact = ({ actor, author }: Item) =>
  author === undefined ? actor.kind === 'visitor' : author.kind === 'contact'
