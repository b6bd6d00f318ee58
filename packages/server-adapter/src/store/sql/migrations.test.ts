// A database of each earlier version, with everything in it that such a version could hold, is opened by this one. It is
// made of a present one: the tables as they were after so many steps, and of each row the columns that there were.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, ensurePostgres, type Service } from '../../../../../tools/services.mjs'
import {
  createHand,
  createStandingClock,
  newAgent,
  newVisitor,
  postCommand,
} from '../../testing/store-contract/fixture.ts'
import { createConnection } from '../postgres/connection.ts'
import { migratePostgres } from '../postgres/migrate.ts'
import { openPostgresStore } from '../postgres/open-postgres-store.ts'
import { createPool } from '../postgres/pool.ts'
import { migrateSqlite } from '../sqlite/migrate.ts'
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts'
import type { Store } from '../store.ts'
import { MIGRATIONS } from './migrations.ts'
import { createPostgresCompiler } from '../postgres/query-compiler.ts'
import { createSqliteCompiler } from '../sqlite/query-compiler.ts'

const EARLIER = MIGRATIONS.slice(1).map((_, index) => MIGRATIONS.slice(0, index + 1))
const namesFrom = (count: number) => MIGRATIONS.slice(count).map(({ name }) => name)

/** Fills a store; resolves with what tells, of a store that should hold the same, that it does and still works. */
async function fill(store: Store) {
  const hand = await createHand(store, createStandingClock())
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor, 'first', 'second')
  const agent = newAgent()
  await hand.submit(ref, [postCommand('answer')], agent)
  const read = async (other: Store) => {
    const { items } = await other.log.items(hand.workspace, ref.id, 'team', null, 10)
    const { rows } = await other.conversations.list(hand.workspace, agent, { list: 'all', status: 'all', limit: 10 })
    const loaded = await other.log.load(hand.workspace, [ref], [])
    return { items, rows, state: loaded.streams.get(ref.id) }
  }
  const before = await read(store)
  await store.close()
  return async (other: Store) => {
    expect(await read(other)).toEqual(before)
    const later = await createHand(other, createStandingClock())
    await later.submit(ref, [postCommand('third')], visitor)
    expect((await later.state(ref)).state?.seq).toBe((before.state?.state?.seq ?? 0) + 1)
    await other.close()
  }
}

describe('[ST46] a database of an earlier version is brought to this one', () => {
  describe('SQLite', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pendopo-migrations-'))
    afterAll(() => rmSync(folder, { recursive: true }))

    it.each(EARLIER)('after %#', async (...steps) => {
      const [present, earlier] = [join(folder, `${steps.length}-present.db`), join(folder, `${steps.length}.db`)]
      const check = await fill(await openSqliteStore({ path: present, readers: [] }))
      const database = new Sqlite(earlier)
      const db = createSqliteCompiler()
      migrateSqlite(database, db, steps)
      database.exec(`pragma foreign_keys = off; attach '${present}' as present`)
      const tables = database.prepare<[], string>("select name from main.sqlite_schema where type = 'table'").pluck()
      for (const table of tables.all().filter((name) => name !== 'migration')) {
        const columns = database.prepare<[], string>(`select name from pragma_table_info('${table}')`).pluck().all()
        const list = columns.map((name) => `"${name}"`).join()
        database.exec(`insert into main."${table}" (${list}) select ${list} from present."${table}"`)
      }
      database.close()
      const told: string[] = []
      await check(await openSqliteStore({ path: earlier, readers: [], onMigration: (step) => told.push(step) }))
      expect(told).toEqual(namesFrom(steps.length))
    })
  })

  describe('Postgres', () => {
    let postgres: Service
    beforeAll(async () => {
      postgres = await ensurePostgres()
    }, 60_000)
    afterAll(() => postgres.stop())

    it.each(EARLIER)(
      'after %#',
      async (...steps) => {
        const [present, earlier] = [await createDatabase(postgres.url), await createDatabase(postgres.url)]
        const check = await fill(await openPostgresStore({ connectionString: present.url, readers: [] }))
        await migrateTo(earlier.url, steps)
        await copyRows(present.url, earlier.url)
        const told: string[] = []
        const onMigration = (step: string) => void told.push(step)
        await check(await openPostgresStore({ connectionString: earlier.url, readers: [], onMigration }))
        expect(told).toEqual(namesFrom(steps.length))
        await Promise.all([present.drop(), earlier.drop()])
      },
      30_000,
    )
  })
})

async function migrateTo(connectionString: string, steps: typeof MIGRATIONS) {
  const pool = createPool({ connectionString })
  const db = createPostgresCompiler()
  await migratePostgres(createConnection(pool, db, undefined), steps)
  await pool.close()
}

async function copyRows(from: string, to: string) {
  const [source, target] = [new pg.Client({ connectionString: from }), new pg.Client({ connectionString: to })]
  await Promise.all([source.connect(), target.connect()])
  // Rows go in any order without their foreign keys looking.
  await target.query('set session_replication_role = replica')
  const { rows: columns } = await target.query<{ table: string; names: string[]; key: string | null }>(`
    select table_name as table, array_agg(column_name::text) as names, max(column_name) filter (where is_identity = 'YES') as key
    from information_schema.columns where table_schema = 'public' and table_name <> 'migration' and is_generated = 'NEVER' group by table_name`)
  for (const { table, names, key } of columns) {
    const list = names.map((name) => `"${name}"`).join()
    const { rows } = await source.query<Record<string, unknown>>(`select ${list} from "${table}"`)
    for (const row of rows)
      await target.query(
        `insert into "${table}" (${list}) values (${names.map((_, index) => `$${index + 1}`).join()})`,
        names.map((name) => row[name]),
      )
    if (key !== null)
      await target.query(
        `select setval(pg_get_serial_sequence('${table}', '${key}'), coalesce(max("${key}"), 1)) from "${table}"`,
      )
  }
  await Promise.all([source.end(), target.end()])
}
