import type { Clock } from '../environment.ts'

/** A healthy write takes milliseconds, a very slow phone's half a second. */
const STORAGE_TIMEOUT_MS = 5_000

/** A database that does not answer (it happens) must not keep messages from being sent. */
export function inTime<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(STORAGE_TIMEOUT_MS, () => reject(new Error('storage did not answer')))
    work.then(resolve, reject).finally(cancel)
  })
}
