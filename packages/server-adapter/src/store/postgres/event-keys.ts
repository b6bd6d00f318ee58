// Keys of events, from blocks that the sequence reserves for this node: what appends knows the keys of its events
// beforehand, and the statement neither asks for them one by one nor looks up what it has just numbered. Keys that a
// node has reserved and not used are lost, and nobody misses them.

import type { Work } from '../sql/work.ts'

/** How long a block is stands in the sequence itself: a migration has set it. */
const RESERVE = `
  select nextval(seqrelid::regclass) as first, seqincrement as size
  from pg_sequence where seqrelid = 'event_key_seq'::regclass`

interface BlockRow {
  readonly first: number
  readonly size: number
}

/** Hands out so many keys, each one once, in their order. */
export function createEventKeys(): (count: number) => Work<readonly number[]> {
  let next = 0
  let end = 0
  return function* (count) {
    const keys: number[] = []
    for (;;) {
      while (next < end && keys.length < count) keys.push(next++)
      if (keys.length === count) return keys
      const { rows } = yield { text: RESERVE, parameters: [], isPrepared: true }
      // The query above says what its rows are.
      for (const { first, size } of rows as readonly BlockRow[]) {
        next = first
        end = first + size
      }
    }
  }
}
