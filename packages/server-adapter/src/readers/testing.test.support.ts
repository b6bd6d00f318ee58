import { vi } from 'vitest'
import type { Clock } from './clock.ts'

/** A clock that a test moves: alarms ring while it passes them. */
export function createManualClock(start = 1_700_000_000_000) {
  let time = start
  const alarms = new Set<{ readonly at: number; readonly callback: () => void }>()
  const clock: Clock & { advance(ms: number): void; readonly alarms: number } = {
    now: () => time,
    after(ms, callback) {
      const alarm = { at: time + ms, callback }
      alarms.add(alarm)
      return () => alarms.delete(alarm)
    },
    advance(ms) {
      time += ms
      for (const alarm of [...alarms]) {
        if (alarm.at > time || !alarms.delete(alarm)) continue
        alarm.callback()
      }
    },
    get alarms() {
      return alarms.size
    },
  }
  return clock
}

/** Waits until the expectation holds. */
export const eventually = (expectation: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(expectation, { timeout: 10_000, interval: 2 })
