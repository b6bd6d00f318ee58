// The SDK's storage interface on a file, for clients in Node that are killed and come back: what IndexedDB is to a tab.
// Each write is a new file, synced, that takes the old one's place.

import { closeSync, fdatasyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

export function createFileStorage(file) {
  let state = read(file)

  function write(next) {
    const fresh = `${file}.new`
    const handle = openSync(fresh, 'w')
    writeSync(handle, JSON.stringify(next))
    fdatasyncSync(handle)
    closeSync(handle)
    renameSync(fresh, file)
    state = next
  }

  return {
    kind: 'indexeddb',
    entries: async () => state.entries,
    async put(added) {
      let { position } = state
      const stored = added.map((entry) => ({ ...entry, position: ++position }))
      write({ ...state, position, entries: [...state.entries, ...stored] })
      return stored
    },
    async replace(changed) {
      const byPosition = new Map(changed.map((entry) => [entry.position, entry]))
      write({ ...state, entries: state.entries.map((entry) => byPosition.get(entry.position) ?? entry) })
    },
    async remove(positions) {
      const gone = new Set(positions)
      write({ ...state, entries: state.entries.filter(({ position }) => !gone.has(position)) })
    },
    get: async (key) => state.values[key],
    async set(key, value) {
      write({ ...state, values: { ...state.values, [key]: value } })
    },
    async setOnce(key, value) {
      if (state.values[key] === undefined) write({ ...state, values: { ...state.values, [key]: value } })
      return state.values[key]
    },
    async wipe() {
      write({ position: 0, entries: [], values: {} })
    },
    close: () => undefined,
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return { position: 0, entries: [], values: {} }
  }
}
