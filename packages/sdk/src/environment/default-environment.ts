// The world as it is, in a browser and in Node: the only place that reaches for globals, and only when called.

import { createDefaultTransport } from '../connection/default-transport.ts'
import type { Environment } from '../environment.ts'
import { createIndexedDbStorage } from '../outbox/indexeddb-storage.ts'
import { createMemoryStorage } from '../outbox/memory-storage.ts'
import type { Storage } from '../outbox/storage.ts'
import { createAttention } from './attention.ts'
import { SYSTEM_CLOCK } from './system-clock.ts'
import { createLeadership } from './leadership.ts'
import { createTabChannel } from './tab-channel.ts'

/** What was not replaced is taken from the runtime. */
export function createEnvironment(replaced: Partial<Environment> = {}): Environment {
  const { clock = SYSTEM_CLOCK, fetch = (input, init) => globalThis.fetch(input, init) } = replaced
  return {
    clock,
    random: (bytes) => crypto.getRandomValues(bytes),
    fraction: () => Math.random(),
    transport: replaced.transport ?? createDefaultTransport({ clock, fetch }),
    storage: openStorage,
    attention: replaced.attention ?? createAttention(),
    leadership: replaced.leadership ?? createLeadership(),
    tabs: createTabChannel,
    fetch,
    log: () => undefined,
    ...replaced,
  }
}

/** IndexedDB where the browser has it and lets us; some only say no when asked (private windows, blocked site data). */
async function openStorage(name: string): Promise<Storage> {
  if (typeof indexedDB === 'undefined') return createMemoryStorage()
  const storage = createIndexedDbStorage(name, indexedDB)
  try {
    await storage.get('token')
    return storage
  } catch {
    return createMemoryStorage()
  }
}
