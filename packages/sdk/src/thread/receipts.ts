// The three moments of a message as promises: sent, safe on this device, in the log. What settles one may be an ack,
// an echo or another tab; the first counts.

import { PendopoError } from '../pendopo-error.ts'
import type { SentMessage } from '../thread.ts'

type Stored = Awaited<SentMessage['stored']>

export interface Receipts {
  sent(id: string, queued: Promise<void>): SentMessage
  /** `null`: it is in the log, and an echo will say where. */
  stored(id: string, n: number | null, at: number | null): void
  failed(id: string, error: PendopoError): void
  close(): void
}

export function createReceipts(): Receipts {
  const waiting = new Map<string, { resolve(stored: Stored): void; reject(error: PendopoError): void }>()

  function take(id: string) {
    const receipt = waiting.get(id)
    waiting.delete(id)
    return receipt
  }

  return {
    sent(id, queued) {
      const stored = new Promise<Stored>((resolve, reject) => waiting.set(id, { resolve, reject }))
      // Whoever does not look at them must not be punished with an unhandled rejection.
      stored.catch(() => undefined)
      queued.catch(() => undefined)
      return { id, queued, stored }
    },
    stored(id, n, at) {
      if (n !== null && at !== null) take(id)?.resolve({ n, at })
    },
    failed: (id, error) => take(id)?.reject(error),
    close() {
      const error = new PendopoError('unavailable', 'unable to say whether it was stored; the chat is closed')
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}
