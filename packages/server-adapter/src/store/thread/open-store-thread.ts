// The embedded store in a thread of its own. A commit waits for the disk, and a long query computes: in the thread that
// holds the sockets, both would stop everybody. One that ends by itself takes what was under way with it, as a database
// that went away would.

import { Worker } from 'node:worker_threads'
import type { OnMigration } from '../sql/migrate.ts'
import type { SqliteStoreOptions } from '../sqlite/open-sqlite-store.ts'
import type { Store } from '../store.ts'
import { fromFailure, type Failure, type Opening } from './messages.ts'
import { connectStore } from './remote-store.ts'

export async function openStoreThread(
  program: string,
  options: Omit<SqliteStoreOptions, 'now' | 'onMigration'>,
  onMigration: OnMigration = () => {},
): Promise<Store> {
  const worker = new Worker(program, { workerData: options })
  const failure = await untilOpen(worker, onMigration)
  if (failure !== null) {
    await worker.terminate()
    throw fromFailure(failure)
  }
  const store = connectStore(worker)
  worker.on('exit', store.lose)
  worker.on('error', store.lose)
  return {
    ...store,
    async close() {
      await store.close()
      await worker.terminate()
    },
  }
}

/** Resolves with what kept it from opening, or `null`. */
function untilOpen(worker: Worker, onMigration: OnMigration): Promise<Failure | null> {
  return new Promise((resolve, reject) => {
    const onOpening = (opening: Opening) => {
      if ('migrating' in opening) return onMigration(opening.migrating)
      worker.off('message', onOpening)
      worker.off('error', reject)
      resolve(opening.failure)
    }
    worker.on('message', onOpening)
    worker.once('error', reject)
  })
}
