// The embedded store: one SQLite file, better-sqlite3 on the calling thread. An append resolves after fdatasync (WAL,
// `synchronous=FULL`). Other processes may write the same file; nothing here caches what they can change. What could
// replace it: the same store in a worker thread, or one on Postgres.

import Sqlite, { type Database } from 'better-sqlite3'
import type { ReaderArming } from '../arming.ts'
import type { Store } from '../store.ts'
import { createConnection } from './connection.ts'
import { createCellStore } from '../sql/cell-store.ts'
import { createConversationStore } from '../sql/conversation-store.ts'
import { createDirectoryStore } from '../sql/directory-store.ts'
import { guarded } from './failures.ts'
import { createFileStore } from '../sql/file-store.ts'
import { createJobStore } from '../sql/jobs.ts'
import { createLogStore } from './log-store.ts'
import { createMarkStore } from '../sql/mark-store.ts'
import { migrateSqlite } from './migrate.ts'
import type { OnMigration } from '../sql/migrate.ts'
import { createNumbers } from './numbers.ts'
import { createPrivacyStore } from '../sql/privacy-store.ts'
import { createPrivacyParts } from './privacy.ts'
import { createSessionStore } from '../sql/session-store.ts'
import { createTwoStepStore } from '../sql/two-step-store.ts'
import { createSqliteCompiler } from './query-compiler.ts'

/** How long a write waits for another process's: the command's transactions last milliseconds, and waiting blocks the server. */
const BUSY_TIMEOUT_MS = 2_000

/** Pages in the WAL before a commit also checkpoints: fewer stall often, more make the file large and reads slower. */
const CHECKPOINT_PAGES = 4_000

/** After a checkpoint the WAL file is cut back to this. */
const WAL_SIZE_LIMIT_BYTES = 67_108_864

/** Negative: kibibytes. Holds the hot rows of a busy site; what it misses is in the system's cache, some microseconds away. */
const CACHE_KIBIBYTES = -16_384

export interface SqliteStoreOptions {
  /** The file; it is created where it is missing, its folder is not. */
  readonly path: string
  /** Readers whose jobs are armed by what is appended. */
  readonly readers: readonly ReaderArming[]
  /** The database's clock: for SQLite that of the machine. */
  readonly now?: () => number
  readonly onMigration?: OnMigration
}

/** Opens the file and brings it to the newest schema. Rejects with a StoreError. */
export async function openSqliteStore({ path, readers, now, onMigration }: SqliteStoreOptions): Promise<Store> {
  return guarded(`open the database ${path}`, () => {
    const database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS })
    try {
      // A file that may be read and not written would say so later, and not which file it is.
      const version = Number(database.pragma('user_version', { simple: true }))
      database.exec(`begin immediate; pragma user_version = ${version}; rollback`)
      return createSqliteStore(database, readers, now, onMigration)
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
  onMigration?: OnMigration,
): Store {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  // What is deleted is overwritten, not only forgotten.
  database.pragma('secure_delete = ON')
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  database.pragma(`journal_size_limit = ${WAL_SIZE_LIMIT_BYTES}`)
  database.pragma(`cache_size = ${CACHE_KIBIBYTES}`)
  const db = createSqliteCompiler()
  migrateSqlite(database, db, undefined, onMigration)
  const connection = createConnection(database, db, now)
  const { shared } = connection
  return {
    log: createLogStore(connection, readers),
    conversations: createConversationStore(shared),
    marks: createMarkStore(shared, createNumbers(connection)),
    directory: createDirectoryStore(shared),
    sessions: createSessionStore(shared),
    twoStep: createTwoStepStore(shared),
    jobs: createJobStore(shared),
    files: createFileStore(shared),
    cells: createCellStore(shared),
    privacy: createPrivacyStore(shared, createPrivacyParts(connection)),
    async ping() {
      await shared.read('reach the database', () =>
        shared.queries.all(db.selectFrom('workspace').select('key').limit(1)),
      )
    },
    async close() {
      if (!database.open) return
      connection.flush()
      database.close()
    },
  }
}
