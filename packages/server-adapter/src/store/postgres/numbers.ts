// From one numbering of a stream to the other, by the index of its events.

import type { Connection } from '../sql/connection.ts'
import type { Numbers } from '../sql/mark-store.ts'
import type { Slot } from '../sql/slots.ts'

export function createNumbers({ db, queries }: Connection): Numbers {
  const count = queries.get((stream: Slot<number>, low: Slot<number>, high: Slot<number>, direction: Slot<number>) =>
    db
      .selectFrom('event')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('stream', '=', stream)
      .where('seq', '>', low)
      .where('seq', '<=', high)
      .where('direction', '=', direction),
  )
  const lastPublic = queries.get((stream: Slot<number>, seq: Slot<number>) =>
    db
      .selectFrom('event')
      .select('public_seq')
      .where('stream', '=', stream)
      .where('seq', '<=', seq)
      .where('public_seq', 'is not', null)
      .orderBy('seq', 'desc')
      .limit(1),
  )
  // An event's public number is at most its number.
  const firstFrom = queries.get((stream: Slot<number>, publicSeq: Slot<number>) =>
    db
      .selectFrom('event')
      .select('seq')
      .where('stream', '=', stream)
      .where('seq', '>=', publicSeq)
      .where('public_seq', '>=', publicSeq)
      .orderBy('seq')
      .limit(1),
  )
  return {
    *count({ key }, low, high, direction) {
      return (yield* count(key, low, high, direction))?.count ?? 0
    },
    *publicSeqAt({ key }, seq) {
      return (yield* lastPublic(key, seq))?.public_seq ?? 0
    },
    *seqOf({ key }, publicSeq) {
      return (yield* firstFrom(key, publicSeq))?.seq ?? publicSeq
    },
  }
}
