// Many reasons, one run: the first call runs soon, and runs keep a distance.

export interface Coalesced {
  request(): void
  close(): void
}

/**
 * `at-once`: `run` follows a request, yet never sooner than `everyMs` after the run before. `later`: it always waits
 * `everyMs`, so that what is undone in that time is never told.
 */
export function coalesce(run: () => void, everyMs: number, now: () => number, start: 'at-once' | 'later'): Coalesced {
  let timer: NodeJS.Timeout | undefined
  let ranAt = Number.NEGATIVE_INFINITY
  let isClosed = false
  return {
    request: () => {
      if (timer !== undefined || isClosed) return
      timer = setTimeout(
        () => {
          timer = undefined
          ranAt = now()
          run()
        },
        start === 'later' ? everyMs : Math.min(everyMs, Math.max(0, ranAt + everyMs - now())),
      )
      timer.unref()
    },
    close: () => {
      isClosed = true
      clearTimeout(timer)
      timer = undefined
    },
  }
}
