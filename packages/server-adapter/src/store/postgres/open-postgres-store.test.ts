import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { createDatabase, ensurePostgres, type Database, type Service } from '../../../../../tools/services.mjs'
import { testStore } from '../../testing/store-contract.ts'
import type { OpenStore } from '../../testing/store-contract/fixture.ts'
import { openPostgresStore } from './open-postgres-store.ts'

let postgres: Service
let database: Database
let cleaner: pg.Client

beforeAll(async () => {
  postgres = await ensurePostgres()
  database = await createDatabase(postgres.url)
  await (await openPostgresStore({ connectionString: database.url, readers: [] })).close()
  cleaner = new pg.Client({ connectionString: database.url })
  await cleaner.connect()
  // Rows go in any order without their foreign keys looking.
  await cleaner.query('set session_replication_role = replica')
}, 60_000)

afterAll(async () => {
  await cleaner.end()
  await database.drop()
  await postgres.stop()
}, 60_000)

const open: OpenStore = (options) => openPostgresStore({ connectionString: database.url, ...options })

testStore(
  'Postgres',
  async (options) => {
    // Emptying the tables is much faster than a new database for each test.
    const { rows } = await cleaner.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration'",
    )
    await cleaner.query(rows.map(({ name }) => `delete from "${name}"`).join(';'))
    return open(options)
  },
  open,
)
