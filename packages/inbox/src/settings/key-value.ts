// Small things this browser remembers. Storage may be forbidden or full: then they are remembered until the tab closes.

export interface KeyValue {
  get(key: string): string | null
  set(key: string, value: string): void
  remove(key: string): void
}

/** In memory only. */
export function createMemoryKeyValue(): KeyValue {
  const values = new Map<string, string>()
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  }
}

/** The browser's local storage, with memory behind it for the day it refuses. `storage` may throw on access. */
export function createBrowserKeyValue(storage: () => Storage, prefix: string): KeyValue {
  const memory = createMemoryKeyValue()
  const attempt = <T>(action: (storage: Storage) => T): T | null => {
    try {
      return action(storage())
    } catch {
      return null
    }
  }
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(prefix + key)),
    set(key, value) {
      memory.set(key, value)
      attempt((storage) => storage.setItem(prefix + key, value))
    },
    remove(key) {
      memory.remove(key)
      attempt((storage) => storage.removeItem(prefix + key))
    },
  }
}
