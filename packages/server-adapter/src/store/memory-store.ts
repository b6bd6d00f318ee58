// The store in memory: for tests and simulations, and as the shortest statement of what a store does. It passes the same
// contract; nothing in it is durable, and nothing in it is fast.

import type { ReaderArming } from './arming.ts'
import { createMemoryCells } from './memory/memory-cells.ts'
import { createMemoryConversations, createMemoryMarks } from './memory/memory-conversations.ts'
import { createMemoryDirectory, createMemorySessions } from './memory/memory-directory.ts'
import { createMemoryFiles } from './memory/memory-files.ts'
import { createMemoryJobs } from './memory/memory-jobs.ts'
import { createMemoryLog } from './memory/memory-log.ts'
import { createMemoryPrivacy } from './memory/memory-privacy.ts'
import { createMemoryTwoStep } from './memory/memory-two-step.ts'
import type { MemoryTables } from './memory/memory-tables.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'

export interface MemoryStoreOptions {
  readonly readers?: readonly ReaderArming[]
  /** The "database's" clock. */
  readonly now?: () => number
}

export function createMemoryStore({ readers = [], now = Date.now }: MemoryStoreOptions = {}): Store {
  const tables: MemoryTables = {
    now,
    workspaces: new Set(),
    sites: new Map(),
    agents: new Map(),
    sessions: new Map(),
    twoSteps: new Map(),
    contacts: new Map(),
    identities: new Map(),
    streams: new Map(),
    commands: new Map(),
    jobs: new Map(),
    files: new Map(),
    cells: new Map(),
  }
  let isClosed = false
  /** A closed store answers like a closed database. */
  const whileOpen = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        if (isClosed)
          return () => Promise.reject(new StoreError('unavailable', `unable to ${String(name)}; the store is closed`))
        return Reflect.get(target, name)
      },
    })
  return {
    log: whileOpen(createMemoryLog(tables, readers)),
    conversations: whileOpen(createMemoryConversations(tables)),
    marks: whileOpen(createMemoryMarks(tables)),
    directory: whileOpen(createMemoryDirectory(tables)),
    sessions: whileOpen(createMemorySessions(tables)),
    twoStep: whileOpen(createMemoryTwoStep(tables)),
    jobs: whileOpen(createMemoryJobs(tables)),
    files: whileOpen(createMemoryFiles(tables)),
    cells: whileOpen(createMemoryCells(tables)),
    privacy: whileOpen(createMemoryPrivacy(tables)),
    async ping() {
      if (isClosed) throw new StoreError('unavailable', 'unable to reach the store; it is closed')
    },
    async close() {
      isClosed = true
    },
  }
}
