import type { Clock } from '../environment.ts'

export interface ManualClock extends Clock {
  /** Lets time pass, and everything happen that falls into it, promises included. */
  advance(ms: number): Promise<void>
  /** Lets happen what needs no time: pending promises and timers that are due. */
  settle(): Promise<void>
  /** Changes what the clock shows, as a person or a time server does; running timers keep their length. */
  jump(ms: number): void
}

/** A clock that stands still until told otherwise. `now` in milliseconds since 1970. */
export function createManualClock(now = 1_760_000_000_000): ManualClock {
  interface Timer {
    readonly due: number
    readonly order: number
    readonly callback: () => void
  }
  let elapsed = 0
  let offset = now
  let order = 0
  let timers: readonly Timer[] = []

  function takeDue(until: number): Timer | undefined {
    const due = timers.filter((timer) => timer.due <= until)
    const next = due.reduce<Timer | undefined>(
      (first, timer) =>
        first === undefined || timer.due < first.due || (timer.due === first.due && timer.order < first.order)
          ? timer
          : first,
      undefined,
    )
    if (next !== undefined) timers = timers.filter((timer) => timer !== next)
    return next
  }

  async function runUntil(until: number): Promise<void> {
    await drainPromises()
    for (let timer = takeDue(until); timer !== undefined; timer = takeDue(until)) {
      elapsed = Math.max(elapsed, timer.due)
      timer.callback()
      await drainPromises()
    }
    elapsed = until
  }

  return {
    now: () => offset + elapsed,
    after(ms, callback) {
      // Like the timers of browsers and Node, which know whole milliseconds; what is stored then has such times too.
      const timer = { due: elapsed + Math.ceil(Math.max(0, ms)), order: order++, callback }
      timers = [...timers, timer]
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    advance: (ms) => runUntil(elapsed + ms),
    settle: () => runUntil(elapsed),
    jump: (ms) => void (offset += ms),
  }
}

/** A turn of the event loop runs every promise that can run, however long the chain. */
function drainPromises(): Promise<void> {
  return new Promise((resolve) => {
    // Ten times as fast, where there is one.
    if (typeof setImmediate === 'function') return void setImmediate(resolve)
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
