import type { OutboxEntry, Storage } from './storage.ts'

/** Storage for where there is no other: a server, a private window, a browser that refuses. Ends with the page. */
export function createMemoryStorage(): Storage {
  let entries: readonly OutboxEntry[] = []
  let position = 0
  const values = new Map<string, string>()
  return {
    kind: 'memory',
    entries: async () => entries,
    async put(added) {
      const stored = added.map((entry) => ({ ...entry, position: ++position }))
      entries = [...entries, ...stored]
      return stored
    },
    async replace(changed) {
      entries = entries.map((entry) => changed.find((other) => other.position === entry.position) ?? entry)
    },
    async remove(positions) {
      entries = entries.filter((entry) => !positions.includes(entry.position))
    },
    get: async (key) => values.get(key),
    async set(key, value) {
      values.set(key, value)
    },
    async setOnce(key, value) {
      const present = values.get(key) ?? value
      values.set(key, present)
      return present
    },
    async wipe() {
      entries = []
      values.clear()
    },
    close: () => undefined,
  }
}
