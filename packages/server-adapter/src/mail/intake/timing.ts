// Waiting, and how long: by a clock that tests can move, and ended by a signal.

import type { Clock } from '../../readers/clock.ts'

/** Resolves after `ms`, or at once when the signal is given. */
export function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}

/** A wait that doubles with each failure up to `maxMs`, and is never the same for two who failed together. */
export function backOff(failures: number, firstMs: number, maxMs: number, random: () => number): number {
  return Math.min(firstMs * 2 ** (failures - 1), maxMs) * (0.5 + random() / 2)
}
