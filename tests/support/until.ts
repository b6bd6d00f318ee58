// Waiting for what a store says, instead of for a while.

/** Longer than any test should need on a busy machine; it only makes a failure tell what it waited for. */
const PATIENCE_MS = 20_000

interface Store<T> {
  subscribe(listener: (value: T) => void): () => void
}

/** Resolves with the first value of a store for which `holds`; rejects with the last one seen. */
export function until<T>(store: Store<T>, what: string, holds: (value: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = []
    let last: T | undefined
    let isOver = false
    function end(): void {
      isOver = true
      clearTimeout(timer)
      for (const stop of stops.splice(0)) stop()
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error(`waited in vain until ${what}; last seen: ${JSON.stringify(last)}`))
    }, PATIENCE_MS)
    const stop = store.subscribe((value) => {
      last = value
      if (isOver || !holds(value)) return
      end()
      resolve(value)
    })
    // The first call comes before `subscribe` has returned.
    if (isOver) stop()
    else stops.push(stop)
  })
}
