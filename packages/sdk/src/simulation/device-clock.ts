import type { Clock } from '../environment.ts'

export interface DeviceClock extends Clock {
  /** Somebody sets this one clock; time passes as before. */
  set(byMs: number): void
}

/** The clock on one device's wall: it runs with all others and may show something else. */
export function createDeviceClock(clock: Clock): DeviceClock {
  let offset = 0
  return {
    now: () => clock.now() + offset,
    after: clock.after,
    set: (byMs) => void (offset += byMs),
  }
}
