import type { OutboxEntry, Storage } from './storage.ts'

/** Storage for where there is no other: a server, a private window, a browser that refuses. Ends with the page. */
export function createMemoryStorage(): Storage {
  let entries: readonly OutboxEntry[] = []
  let position = 0
  const values = new Map<string, string>()
  return {
    kind: 'memory',
    entries: () => Promise.resolve(entries),
    put(added) {
      const stored = added.map((entry) => ({ ...entry, position: ++position }))
      entries = [...entries, ...stored]
      return Promise.resolve(stored)
    },
    replace(changed) {
      const byPosition = new Map(changed.map((entry) => [entry.position, entry]))
      entries = entries.map((entry) => byPosition.get(entry.position) ?? entry)
      return Promise.resolve()
    },
    remove(positions) {
      const gone = new Set(positions)
      entries = entries.filter((entry) => !gone.has(entry.position))
      return Promise.resolve()
    },
    get: (key) => Promise.resolve(values.get(key)),
    set(key, value) {
      values.set(key, value)
      return Promise.resolve()
    },
    setOnce(key, value) {
      const present = values.get(key) ?? value
      values.set(key, present)
      return Promise.resolve(present)
    },
    wipe() {
      entries = []
      values.clear()
      return Promise.resolve()
    },
    close: () => undefined,
  }
}
