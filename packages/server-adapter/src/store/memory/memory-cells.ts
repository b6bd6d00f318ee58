import type { CellStore } from '../cells.ts'
import type { MemoryTables } from './memory-tables.ts'

export function createMemoryCells({ cells, now }: Pick<MemoryTables, 'cells' | 'now'>): CellStore {
  const keyOf = (scope: string, key: string) => JSON.stringify([scope, key])
  return {
    get: async (scope, key) => cells.get(keyOf(scope, key))?.value ?? null,
    all: async (scope) =>
      new Map([...cells.values()].filter((cell) => cell.scope === scope).map(({ key, value }) => [key, value])),
    async swap(scope, key, before, after) {
      const id = keyOf(scope, key)
      if ((cells.get(id)?.value ?? null) !== before) return false
      if (after === null) cells.delete(id)
      else cells.set(id, { scope, key, value: after, writtenAt: now() })
      return true
    },
    async sweep(scope, olderThanMs) {
      const old = [...cells].filter(([, cell]) => cell.scope === scope && cell.writtenAt < now() - olderThanMs)
      for (const [id] of old) cells.delete(id)
      return old.length
    },
  }
}
