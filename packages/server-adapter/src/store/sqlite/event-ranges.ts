// How a stream is read. Each event knows the key of the one before it, and every 32nd is in an index by number: a
// stretch of the log is found from the first such anchor at or above it (or from the newest event) and walked
// backwards. What a full index by (stream, seq) would do for reading, at a thirty-second of its cost for writing.

import { EVENT_COLUMNS, type StoredEvent } from '../sql/log-queries.ts'
import { isAnchor } from '../sql/migrations.ts'
import type { Slot } from '../sql/slots.ts'
import type { SqliteConnection } from './connection.ts'

interface ChainedEvent extends StoredEvent {
  readonly key: number
  readonly direction: number | null
}

/** Events in reach of one walk where filters drop some: a page and a bit. */
const STRETCH = 64

export interface EventRanges {
  /** Events with `low < seq <= high`, oldest first. */
  range(stream: number, newest: number | null, low: number, high: number): ChainedEvent[]
  /** The same upwards or downwards from one end, a stretch at a time, until `take` has had enough and says false. */
  upwards(
    stream: number,
    newest: number | null,
    low: number,
    high: number,
    take: (event: ChainedEvent) => boolean,
  ): void
  downwards(
    stream: number,
    newest: number | null,
    low: number,
    high: number,
    take: (event: ChainedEvent) => boolean,
  ): void
}

export function createEventRanges({ db, statements }: Pick<SqliteConnection, 'db' | 'statements'>): EventRanges {
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
      .select(['event.key', 'event.direction', ...EVENT_COLUMNS])
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
