// Many reasons, one run: the first call runs soon, and runs keep a distance.

export interface Coalesced {
  request(): void
  close(): void
}

/** `run` follows a request at once, yet never sooner than `everyMs` after the run before. */
export function coalesce(run: () => void, everyMs: number, now: () => number): Coalesced {
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
        Math.min(everyMs, Math.max(0, ranAt + everyMs - now())),
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
