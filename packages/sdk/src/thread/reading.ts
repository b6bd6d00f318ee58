// The own read mark: shown at once, told to the server, told again after a cut. It only advances.

import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'

export interface Reading {
  readonly $read: ReadableAtom<number>
  /** The person looked at everything up to `n`. */
  advance(conversation: string, n: number): void
  /** The server, or another of our devices, knows this much. */
  learn(n: number): void
  reset(): void
  close(): void
}

export function createReading(connection: Pick<Connection<unknown>, 'request' | 'isOnline' | 'onOnline'>): Reading {
  const $read = atom(0)
  let told = 0
  let conversation: string | null = null
  let isTelling = false

  async function tell(): Promise<void> {
    const upTo = $read.get()
    const target = conversation
    if (isTelling || target === null || upTo <= told || !connection.isOnline()) return
    isTelling = true
    try {
      await connection.request('read', { conversation: target, upTo })
      if (target === conversation) told = Math.max(told, upTo)
    } catch {
      // Told again with the next mark, or when the connection is back.
      return
    } finally {
      isTelling = false
    }
    void tell()
  }

  const stopOnline = connection.onOnline(() => void tell())

  return {
    $read,
    advance(target, n) {
      if (target !== conversation) told = 0
      conversation = target
      if (n > $read.get()) $read.set(n)
      void tell()
    },
    learn(n) {
      told = Math.max(told, n)
      if (n > $read.get()) $read.set(n)
    },
    reset() {
      told = 0
      conversation = null
      $read.set(0)
    },
    close: stopOnline,
  }
}
