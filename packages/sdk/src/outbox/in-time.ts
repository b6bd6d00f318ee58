import type { Clock } from '../environment.ts'

/** A healthy write takes milliseconds, a very slow phone's half a second. */
const STORAGE_TIMEOUT_MS = 5_000

/** Storage did not answer at all, which is another thing than a refusal: it seldom does later. */
export class StorageSilence extends Error {}

/** A database that does not answer (it happens) must not keep messages from being sent. */
export function inTime<T>(clock: Clock, work: Promise<T>, ms = STORAGE_TIMEOUT_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new StorageSilence('no answer')))
    work.then(resolve, reject).finally(cancel)
  })
}
