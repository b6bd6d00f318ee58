// All work on storage, one piece after the other: what was sent first is written first. A piece that fails is logged
// and does not hold up the next; what was queued for somebody who has logged out is not carried out any more.

import type { Environment } from '../environment.ts'
import { inTime } from './in-time.ts'
import type { Storage } from './storage.ts'

export interface StorageQueue {
  /** Resolves when it is done, or when `otherwise` is, where it fails or a wipe has overtaken it. */
  run(what: string, work: (storage: Storage) => Promise<unknown>, otherwise?: () => void): Promise<void>
  /** Who is served: another number after each wipe. */
  visitor(): number
  /** From now on it is somebody else. */
  forget(): void
  /** Deletes everything, as one piece; resolves with what is in the way where storage keeps refusing. */
  wipe(): Promise<unknown>
  /** Resolves when what is queued by now is done. */
  done(): Promise<unknown>
}

interface StorageQueueOptions extends Pick<Environment, 'clock' | 'log'> {
  readonly storage: () => Promise<Storage>
  /** It has answered. */
  readonly onAnswer: (kind: Storage['kind']) => void
}

/** Deleting is asked for that often: a database that is busy now may not be in a second. */
const WIPE_TRIES = 4
const WIPE_RETRY_MS = 500

export function createStorageQueue(options: StorageQueueOptions): StorageQueue {
  const { clock, log } = options
  let visitor = 0
  let tail: Promise<unknown> = Promise.resolve()

  async function onDevice<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
    const storage = await inTime(clock, options.storage())
    const result = await inTime(clock, work(storage))
    options.onAnswer(storage.kind)
    return result
  }

  function queue<T>(work: () => Promise<T>): Promise<T> {
    const next = tail.then(work)
    tail = next
    return next
  }

  return {
    run(what, work, otherwise) {
      const asked = visitor
      return queue(async () => {
        try {
          if (asked !== visitor) return otherwise?.()
          await onDevice(work)
        } catch (cause) {
          log('outbox.storage-failed', { what, cause: String(cause) })
          return otherwise?.()
        }
      })
    },
    visitor: () => visitor,
    forget: () => void visitor++,
    wipe: () =>
      queue(async () => {
        for (let tries = 1; ; tries++) {
          try {
            return await onDevice((storage) => storage.wipe())
          } catch (cause) {
            if (tries === WIPE_TRIES) return cause
            await new Promise<void>((resolve) => clock.after(WIPE_RETRY_MS, resolve))
          }
        }
      }),
    done: () => tail,
  }
}
