import type { PrivacyParts } from '../sql/privacy-store.ts'
import { StoreError } from '../store-error.ts'
import type { SqliteConnection } from './connection.ts'
import { createEventRanges } from './event-ranges.ts'
import { guarded } from './failures.ts'

/** A stretch is walked; deleted bytes are overwritten in the file (`secure_delete`), but not in the log of writes. */
export function createPrivacyParts(connection: SqliteConnection): PrivacyParts {
  const { range } = createEventRanges(connection)
  return {
    // Done at once: there is nothing to yield.
    // oxlint-disable-next-line require-yield
    *keysOf({ key, last_event: newest }, after, upTo) {
      return range(key, newest, after, upTo).map((event) => event.key)
    },
    // The write-ahead log still has the pages as they were: it is written back and cut to nothing.
    async settle() {
      guarded('empty the write-ahead log', () => {
        const [result] = connection.database.prepare<[], { busy: number }>('pragma wal_checkpoint(TRUNCATE)').all()
        if (result?.busy === 1)
          throw new StoreError('unavailable', 'unable to empty the write-ahead log; others are reading: try again')
      })
    },
  }
}
