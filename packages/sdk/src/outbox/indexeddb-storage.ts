// Storage in IndexedDB, by hand: a wrapper library costs more bytes than these three stores need. The database is
// opened when it is first used, and created only by writing. A connection that the browser closed (Safari does so in
// the background) is opened again. Failures reject: what to do about them is the caller's business.

import type { OutboxEntry, Storage } from './storage.ts'

const VERSION = 1
const OUTBOX = 'outbox'
const VALUES = 'values'

/** Nothing is opened before the first call. */
export function createIndexedDbStorage(name: string, factory: IDBFactory): Storage {
  let opened: Promise<IDBDatabase | null> | null = null

  function forget(): void {
    opened = null
  }

  /** `null` where there is no database and none is to be made. */
  function open(mayCreate: boolean): Promise<IDBDatabase | null> {
    opened ??= connect(mayCreate).catch((error: unknown) => {
      forget()
      throw error
    })
    return opened.then((db) => {
      if (db !== null || !mayCreate) return db
      forget()
      return open(true)
    })
  }

  function connect(mayCreate: boolean): Promise<IDBDatabase | null> {
    return new Promise((resolve, reject) => {
      const request = factory.open(name, VERSION)
      let isAbsent = false
      request.onupgradeneeded = () => {
        if (!mayCreate) {
          // Aborting the first upgrade leaves no database behind: the one way to look that every browser has.
          isAbsent = true
          request.transaction?.abort()
          return
        }
        request.result.createObjectStore(OUTBOX, { keyPath: 'position', autoIncrement: true })
        request.result.createObjectStore(VALUES)
      }
      request.onsuccess = () => {
        const db = request.result
        db.onclose = forget
        db.onversionchange = () => {
          db.close()
          forget()
        }
        resolve(db)
      }
      request.onerror = (event) => {
        event.preventDefault()
        if (isAbsent) resolve(null)
        else reject(request.error)
      }
    })
  }

  /** Runs `work` in one transaction; resolves with its result once that is committed. */
  async function run<T>(
    mode: IDBTransactionMode,
    absent: T,
    work: (transaction: IDBTransaction) => () => T,
  ): Promise<T> {
    const db = await open(mode === 'readwrite')
    if (db === null) return absent
    let transaction: IDBTransaction
    try {
      // `strict`: resolved means on disk, also when the browser is killed in the next moment.
      transaction = db.transaction([OUTBOX, VALUES], mode, { durability: 'strict' })
    } catch {
      forget()
      const again = await open(mode === 'readwrite')
      if (again === null) return absent
      transaction = again.transaction([OUTBOX, VALUES], mode)
    }
    return new Promise((resolve, reject) => {
      const result = work(transaction)
      transaction.oncomplete = () => resolve(result())
      transaction.onabort = () => reject(transaction.error)
    })
  }

  const write = (work: (transaction: IDBTransaction) => void) =>
    run('readwrite', undefined, (transaction) => {
      work(transaction)
      return () => undefined
    })

  return {
    kind: 'indexeddb',
    run,
    entries: () =>
      run<readonly OutboxEntry[]>('readonly', [], (transaction) => {
        const request: IDBRequest<OutboxEntry[]> = transaction.objectStore(OUTBOX).getAll()
        return () => request.result
      }),
    put: (entries) =>
      run<readonly OutboxEntry[]>('readwrite', [], (transaction) => {
        const requests = entries.map((entry) => transaction.objectStore(OUTBOX).add(entry))
        return () => entries.map((entry, index) => ({ ...entry, position: Number(requests[index]?.result) }))
      }),
    replace: (entries) =>
      write((transaction) => entries.forEach((entry) => transaction.objectStore(OUTBOX).put(entry))),
    remove: (positions) =>
      write((transaction) => positions.forEach((position) => transaction.objectStore(OUTBOX).delete(position))),
    get: (key) =>
      run<string | undefined>('readonly', undefined, (transaction) => {
        const request: IDBRequest<string | undefined> = transaction.objectStore(VALUES).get(key)
        return () => request.result
      }),
    set: (key, value) => write((transaction) => transaction.objectStore(VALUES).put(value, key)),
    setOnce: (key, value) =>
      run('readwrite', value, (transaction) => {
        const values = transaction.objectStore(VALUES)
        const request: IDBRequest<string | undefined> = values.get(key)
        request.onsuccess = () => {
          if (request.result === undefined) values.put(value, key)
        }
        return () => request.result ?? value
      }),
    async wipe() {
      // Emptied, not deleted: deleting waits for the connections of all other tabs.
      const db = await open(false)
      if (db === null) return
      await write((transaction) => {
        transaction.objectStore(OUTBOX).clear()
        transaction.objectStore(VALUES).clear()
      })
    },
    close() {
      void opened?.then((db) => db?.close()).catch(() => undefined)
      forget()
    },
  }
}
