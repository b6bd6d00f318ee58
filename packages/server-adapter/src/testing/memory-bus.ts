// A bus within one process, for several nodes in a test: at most once and in order like Redis, and as lossy as told.

import type { OpenBus } from '../cluster/bus.ts'

export interface MemoryBus {
  readonly open: OpenBus
  /** All that has been published, lost or not. */
  readonly published: readonly string[]
  /** Loses the messages for which this is true; `undefined` loses none. */
  lose(isLost: ((text: string) => boolean) | undefined): void
}

export function createMemoryBus(): MemoryBus {
  const listeners = new Set<(text: string) => void>()
  const published: string[] = []
  let isLost: ((text: string) => boolean) | undefined
  return {
    published,
    lose: (predicate) => {
      isLost = predicate
    },
    open: (listener) => {
      listeners.add(listener)
      return {
        publish: (text) => {
          published.push(text)
          if (isLost?.(text) === true) return
          setImmediate(() => {
            for (const hear of listeners) hear(text)
          })
        },
        close: async () => {
          listeners.delete(listener)
        },
      }
    },
  }
}
