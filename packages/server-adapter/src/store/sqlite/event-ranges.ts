// How a stream is read. Each event knows the key of the one before it, and every 32nd is in an index by number: a
// stretch of the log is found from the first such anchor at or above it (or from the newest event) and walked
// backwards. What a full index by (stream, seq) would do for reading, at a thirty-second of its cost for writing.

import type { Connection } from './connection.ts'
import { isAnchor } from './migrations.ts'
import type { EventRow } from './rows.ts'
import type { Slot } from './statements.ts'

export interface StoredEvent extends EventRow {
  readonly key: number
  readonly direction: number | null
  readonly edited_at: number | null
  readonly retracted: number | null
}

/** Events in reach of one walk where filters drop some: a page and a bit. */
const STRETCH = 64

export interface EventRanges {
  /** Events with `low < seq <= high`, oldest first. */
  range(stream: number, newest: number | null, low: number, high: number): StoredEvent[]
  /** The same upwards or downwards from one end, a stretch at a time, until `take` has had enough and says false. */
  upwards(stream: number, newest: number | null, low: number, high: number, take: (event: StoredEvent) => boolean): void
  downwards(
    stream: number,
    newest: number | null,
    low: number,
    high: number,
    take: (event: StoredEvent) => boolean,
  ): void
}

export function createEventRanges({ db, statements }: Pick<Connection, 'db' | 'statements'>): EventRanges {
  const findAnchor = statements.get((stream: Slot<number>, seq: Slot<number>) =>
    db
      .selectFrom('event')
      .select('key')
      .where('stream', '=', stream)
      .where('seq', '>=', seq)
      .where(isAnchor('seq'))
      .orderBy('seq')
      .limit(1),
  )
  const walk = statements.list((start: Slot<number>, low: Slot<number>, high: Slot<number>) =>
    db
      .withRecursive('chain', (chain) =>
        chain
          .selectFrom('event')
          .select(['event.key', 'event.previous', 'event.seq'])
          .where('event.key', '=', start)
          .unionAll((next) =>
            next
              .selectFrom('chain')
              .innerJoin('event', 'event.key', 'chain.previous')
              .select(['event.key', 'event.previous', 'event.seq'])
              .where('event.seq', '>', low),
          ),
      )
      .selectFrom('chain')
      .innerJoin('event', 'event.key', 'chain.key')
      .leftJoin('content', (join) =>
        join.on((on) => on('content.event', '=', on.fn.coalesce('event.target', 'event.key'))),
      )
      .select([
        'event.key',
        'event.seq',
        'event.public_seq',
        'event.command',
        'event.kind',
        'event.actor_kind',
        'event.actor',
        'event.at',
        'event.direction',
        'event.rest_json',
        'content.body_json',
        'content.edited_at',
        'content.retracted',
      ])
      .where('chain.seq', '>', low)
      .where('chain.seq', '<=', high)
      .orderBy('chain.seq'),
  )

  const range: EventRanges['range'] = (stream, newest, low, high) => {
    if (high <= low) return []
    const start = findAnchor(stream, high)?.key ?? newest
    return start === null ? [] : walk(start, low, high)
  }

  return {
    range,
    upwards(stream, newest, low, high, take) {
      for (let from = low; from < high; from += STRETCH)
        for (const event of range(stream, newest, from, Math.min(from + STRETCH, high))) if (!take(event)) return
    },
    downwards(stream, newest, low, high, take) {
      for (let to = high; to > low; to -= STRETCH)
        for (const event of range(stream, newest, Math.max(to - STRETCH, low), to).toReversed())
          if (!take(event)) return
    },
  }
}
