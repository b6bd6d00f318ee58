// How both databases find a page of closed conversations among many: as a range of an index, in the order of its buckets.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { createDatabase, ensurePostgres } from '../../../../../tools/services.mjs'
import { newAgent, newId } from '../../testing/store-contract/fixture.ts'
import { createConnection } from '../postgres/connection.ts'
import { openPostgresStore } from '../postgres/open-postgres-store.ts'
import { createPool } from '../postgres/pool.ts'
import { createSqliteStore } from '../sqlite/open-sqlite-store.ts'
import type { ListQuery } from '../store.ts'
import { MOVED_BUCKET_MS } from './columns.ts'
import { createConversationStore } from './conversation-store.ts'
import { toIdBytes } from './ids.ts'
import { runInTurn, type Query } from './work.ts'
import { createPostgresCompiler } from '../postgres/query-compiler.ts'

const LISTS = ['mine', 'unassigned', 'all'] as const
const agent = newAgent({ role: 'admin' })

/** Two pages of a list: the second begins in the middle. */
const pagesOf = (list: ListQuery['list']): readonly ListQuery[] => [
  { list, status: 'closed', limit: 50 },
  { list, status: 'closed', limit: 50, after: { movedAt: 10_000 * MOVED_BUCKET_MS, id: newId() } },
]

describe('[ST45] a page of closed conversations is a range of an index, in the order of its buckets', () => {
  it('on SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pendopo-lists-'))
    const asked: string[] = []
    const database = new Sqlite(join(folder, 'pendopo.db'), { verbose: (text) => asked.push(String(text)) })
    const store = createSqliteStore(database, [])
    try {
      const workspace = await store.directory.defaultWorkspace()
      for (const list of LISTS) {
        for (const page of pagesOf(list)) {
          asked.length = 0
          await store.conversations.list(workspace, agent, page)
          const text = asked.find((one) => one.includes('"stream_state"'))
          const steps = database.prepare<[], { detail: string }>(`explain query plan ${text}`).all()
          const plan = steps.map(({ detail }) => detail).join('\n')
          expect(plan).toContain(list === 'all' ? 'INDEX stream_moved' : 'INDEX stream_closed')
          // Within a bucket by time and id; never the buckets.
          expect(plan).not.toContain('TEMP B-TREE FOR ORDER BY')
          expect(plan).toContain('TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY')
        }
      }
    } finally {
      await store.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('on Postgres', async () => {
    const postgres = await ensurePostgres()
    const database = await createDatabase(postgres.url)
    const store = await openPostgresStore({ connectionString: database.url, readers: [] })
    const workspace = await store.directory.defaultWorkspace()
    const pool = createPool({ connectionString: database.url })
    const client = new pg.Client({ connectionString: database.url })
    try {
      await client.connect()
      await client.query(
        `insert into stream (key, workspace, id, kind, seq, moving_json, moved_at, status, assignee)
        select n, workspace.key, decode(md5(n::text), 'hex'), 'conversation', 1, '{}', n::bigint * ${MOVED_BUCKET_MS}, 'closed',
          case n % 20 when 0 then $1::bytea when 1 then null else decode(md5((n % 20)::text), 'hex') end
        from workspace, generate_series(1, 20000) as n`,
        [toIdBytes(agent.id)],
      )
      await client.query(`
        insert into stream_state (stream, state_json) select key, '{}' from stream;
        analyze stream, stream_state`)
      const db = createPostgresCompiler()
      const asked: Query[] = []
      const conversations = createConversationStore({
        ...createConnection(pool, db, undefined),
        read: (what, work) =>
          pool.use(what, ({ answer }) =>
            runInTurn(work(), (query) => {
              asked.push(query)
              return answer(query)
            }),
          ),
      })
      for (const list of LISTS) {
        for (const page of pagesOf(list)) {
          asked.length = 0
          await conversations.list(workspace, agent, page)
          const { text, parameters } = asked.find((query) => query.text.includes('"stream_state"')) ?? {}
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...(parameters ?? [])])
          const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
          expect(plan).toContain(list === 'all' ? 'stream_moved' : 'stream_closed')
          // Within a bucket by time and id; never the buckets.
          expect(plan).not.toMatch(/(?<!Incremental )Sort {2}\(/)
          expect(plan).toMatch(/Presorted Key: .*moved_bucket/)
        }
      }
    } finally {
      await client.end()
      await pool.close()
      await store.close()
      await database.drop()
      await postgres.stop()
    }
  }, 60_000)
})
