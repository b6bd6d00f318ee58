// From one numbering of a stream to the other, by walking it: SQLite's streams are chains, see `event-ranges.ts`.

import type { Numbers } from '../sql/mark-store.ts'
import type { SqliteConnection } from './connection.ts'
import { createEventRanges } from './event-ranges.ts'

export function createNumbers(connection: SqliteConnection): Numbers {
  const { upwards, downwards } = createEventRanges(connection)
  // The walk is done at once: there is nothing to yield.
  // oxlint-disable require-yield
  return {
    *count({ key, last_event: newest }, low, high, direction) {
      let messages = 0
      upwards(key, newest, low, high, (event) => {
        if (event.direction === direction) messages += 1
        return true
      })
      return messages
    },
    *publicSeqAt({ key, last_event: newest }, seq) {
      let publicSeq = 0
      downwards(key, newest, 0, seq, (event) => {
        publicSeq = event.public_seq ?? 0
        return publicSeq === 0
      })
      return publicSeq
    },
    *seqOf({ key, seq: head, last_event: newest }, publicSeq) {
      let seq = publicSeq
      upwards(key, newest, publicSeq - 1, head, (event) => {
        seq = event.seq
        return event.public_seq !== publicSeq
      })
      return seq
    },
  }
  // oxlint-enable require-yield
}
