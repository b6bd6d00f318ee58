// The store for more than one machine: Postgres through a pool of connections. Any number of nodes share one database;
// what each remembers of it is proved by the statement that relies on it. An append resolves after the commit is on the
// server's disk (`synchronous_commit = on`, asserted for each session).

import type { ReaderArming } from '../arming.ts'
import { createCellStore } from '../sql/cell-store.ts'
import { createConversationStore } from '../sql/conversation-store.ts'
import { createDirectoryStore } from '../sql/directory-store.ts'
import { createFileStore } from '../sql/file-store.ts'
import { createJobStore } from '../sql/jobs.ts'
import { createMarkStore } from '../sql/mark-store.ts'
import type { OnMigration } from '../sql/migrate.ts'
import { createPrivacyStore } from '../sql/privacy-store.ts'
import { createSessionStore } from '../sql/session-store.ts'
import { createTwoStepStore } from '../sql/two-step-store.ts'
import type { Store } from '../store.ts'
import { createConnection } from './connection.ts'
import { createLogStore } from './log-store.ts'
import { migratePostgres } from './migrate.ts'
import { createNumbers } from './numbers.ts'
import { createPool, type PoolOptions } from './pool.ts'
import { createPrivacyParts } from './privacy.ts'
import { createPostgresCompiler } from './query-compiler.ts'

export interface PostgresStoreOptions extends PoolOptions {
  /** Readers whose jobs are armed by what is appended. */
  readonly readers: readonly ReaderArming[]
  /** A clock for tests. Default: the database's. */
  readonly now?: () => number
  readonly onMigration?: OnMigration
}

/** An index of millions of rows takes minutes, and nodes that wait for the one that makes it wait as long. */
const MIGRATION_TIMEOUT_MS = 12 * 3_600_000

/** Connects and brings the database to the newest schema. Rejects with a StoreError. */
export async function openPostgresStore({
  readers,
  now,
  onMigration,
  ...options
}: PostgresStoreOptions): Promise<Store> {
  const db = createPostgresCompiler()
  const patient = createPool({ ...options, size: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS })
  try {
    await migratePostgres(createConnection(patient, db, now), undefined, onMigration)
  } finally {
    await patient.close()
  }
  const pool = createPool(options)
  const connection = createConnection(pool, db, now)
  const first = db.selectFrom('workspace').select('key').limit(1)
  return {
    log: createLogStore(connection, pool, readers),
    conversations: createConversationStore(connection),
    marks: createMarkStore(connection, createNumbers(connection)),
    directory: createDirectoryStore(connection),
    sessions: createSessionStore(connection),
    twoStep: createTwoStepStore(connection),
    jobs: createJobStore(connection),
    files: createFileStore(connection),
    cells: createCellStore(connection),
    privacy: createPrivacyStore(connection, createPrivacyParts(connection, pool)),
    async ping() {
      await connection.read('reach the database', () => connection.queries.all(first))
    },
    close: () => pool.close(),
  }
}
