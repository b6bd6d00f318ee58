// The embedded store: one SQLite file, better-sqlite3 on the calling thread. An append resolves after fdatasync (WAL,
// `synchronous=FULL`). Other processes may write the same file; nothing here caches what they can change. What could
// replace it: the same store in a worker thread, or one on Postgres.

import Sqlite, { type Database } from 'better-sqlite3'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { ReaderArming } from '../arming.ts'
import type { Store } from '../store.ts'
import { createConnection } from './connection.ts'
import { createConversationStore } from './conversation-store.ts'
import { createDirectoryStore } from './directory-store.ts'
import { guarded } from './failures.ts'
import { createJobStore } from './jobs.ts'
import { createLogStore } from './log-store.ts'
import { createMarkStore } from './mark-store.ts'
import { migrate } from './migrate.ts'
import { createSessionStore } from './session-store.ts'
import type { Tables } from './tables.ts'

/** How long a write waits for another process's: the command's transactions last milliseconds, and waiting blocks the server. */
const BUSY_TIMEOUT_MS = 2_000

/** Pages in the WAL before a commit also checkpoints: fewer stall often, more make the file large and reads slower. */
const CHECKPOINT_PAGES = 4_000

/** After a checkpoint the WAL file is cut back to this. */
const WAL_SIZE_LIMIT_BYTES = 67_108_864

/** Negative: kibibytes. Holds the hot rows of a busy site. */
const CACHE_KIBIBYTES = -65_536

export interface SqliteStoreOptions {
  /** The file; it is created where it is missing, its folder is not. */
  readonly path: string
  /** Readers whose jobs are armed by what is appended. */
  readonly readers: readonly ReaderArming[]
  /** The database's clock: for SQLite that of the machine. */
  readonly now?: () => number
}

/** Opens the file and brings it to the newest schema. Rejects with a StoreError. */
export async function openSqliteStore({ path, readers, now }: SqliteStoreOptions): Promise<Store> {
  return guarded(`open the database ${path}`, () => {
    const database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS })
    try {
      return createSqliteStore(database, readers, now)
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** A store on an open database, which it owns from then on. */
export function createSqliteStore(
  database: Database,
  readers: readonly ReaderArming[],
  now: () => number = Date.now,
): Store {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  database.pragma(`journal_size_limit = ${WAL_SIZE_LIMIT_BYTES}`)
  database.pragma(`cache_size = ${CACHE_KIBIBYTES}`)
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  migrate(database, db)
  const connection = createConnection(database, db, now)
  const { read, statements } = connection
  return {
    log: createLogStore(connection, readers),
    conversations: createConversationStore(connection),
    marks: createMarkStore(connection),
    directory: createDirectoryStore(connection),
    sessions: createSessionStore(connection),
    jobs: createJobStore(connection),
    async ping() {
      await read('reach the database', () => statements.all(db.selectFrom('workspace').select('key').limit(1)))
    },
    async close() {
      if (!database.open) return
      connection.flush()
      database.close()
    },
  }
}
