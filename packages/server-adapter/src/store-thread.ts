// The program of the thread that holds the embedded database: opens the store, says how that went, then answers calls.

import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteStore, type SqliteStoreOptions } from './store/sqlite/open-sqlite-store.ts'
import { toFailure, type Opening } from './store/thread/messages.ts'
import { serveStore } from './store/thread/serve-store.ts'

const port = parentPort
if (port === null) throw new Error('unable to serve a store; this is not a worker thread')
const say = (opening: Opening) => port.postMessage(opening)
const options: SqliteStoreOptions = workerData
try {
  const store = await openSqliteStore({ ...options, onMigration: (migrating) => say({ migrating }) })
  serveStore(store, port)
  say({ failure: null })
} catch (error) {
  say({ failure: toFailure(error) })
}
