// Deletes what was uploaded and never sent, and what an upload that a crash cut short has left. Bytes go before their row:
// a crash between the two leaves a row, which is found again.

import type { Logger } from 'pino'
import type { Clock } from '../readers/clock.ts'
import type { FileStore } from '../store/store.ts'
import type { FileStorage } from './file-storage.ts'

/** What is a day old may become a day and an hour. */
const EVERY_MS = 3_600_000

/** The first round waits until a start with much to do is over. */
const FIRST_MS = 60_000

/** Files in one step: some milliseconds of the database. */
const STEP = 100

/** A file is not to be had for a message any more once this is over; only then it is deleted. */
const GRACE_MS = 600_000

interface Needs {
  readonly files: FileStore
  readonly storage: FileStorage
  readonly unusedFileMs: number
  readonly clock: Clock
  readonly logger: Logger
}

export interface Sweep {
  /** One round now; resolves with how many files it has deleted. */
  run(): Promise<number>
  close(): void
}

export function createSweep({ files, storage, unusedFileMs, clock, logger }: Needs): Sweep {
  let cancel = clock.after(FIRST_MS, tick)
  let isClosed = false

  async function run(): Promise<number> {
    let deleted = 0
    for (;;) {
      const ids = isClosed ? [] : await files.leftOver(unusedFileMs + GRACE_MS, STEP)
      if (ids.length === 0) return deleted
      await storage.delete(ids)
      await files.remove(ids)
      deleted += ids.length
    }
  }

  function tick(): void {
    void run()
      .then((deleted) => {
        if (deleted > 0) logger.info({ deleted }, 'deleted files that no message has used')
      })
      .catch((error: unknown) => logger.warn({ err: error }, 'unable to delete unused files'))
      .finally(() => {
        if (!isClosed) cancel = clock.after(EVERY_MS, tick)
      })
  }

  return {
    run,
    close() {
      isClosed = true
      cancel()
    },
  }
}
