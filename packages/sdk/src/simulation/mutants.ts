// Clients that are broken on purpose: the simulation must notice each.

import type { Transport } from '../connection/transport.ts'
import type { Storage } from '../outbox/storage.ts'

/** A client that believes it has missed nothing. */
export function neverFetching(transport: Transport): Transport {
  return {
    connect(target, handlers) {
      const connection = transport.connect(target, handlers)
      return {
        ...connection,
        async request(name, argument, timeoutMs) {
          const have =
            name === 'sync' && typeof argument === 'object' && argument !== null && 'have' in argument
              ? argument.have
              : null
          const reply = await connection.request(name, argument, timeoutMs)
          return have === null ? reply : { ok: true, n: have, marks: [], people: {}, events: [] }
        },
      }
    },
  }
}

/** A device that says it kept what it did not keep. */
export function notPersisting(storage: Storage): Storage {
  let position = 1_000_000
  return { ...storage, put: async (entries) => entries.map((entry) => ({ ...entry, position: position++ })) }
}
