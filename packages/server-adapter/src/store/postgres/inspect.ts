// The doctor's look at a Postgres: one connection, in a transaction that may only read.

import pg from 'pg'
import { INSPECTED, isReadable, toOrigins, toSchemaState, type Inspection, type SchemaState } from '../inspection.ts'
import { toStoreError } from './failures.ts'

const CONNECT_WITHIN_MS = 5_000
const ANSWER_WITHIN_MS = 15_000

/** The first is switched on for the session, as the server does for each of its own, and may be refused. */
const DURABILITY = ['synchronous_commit', 'fsync', 'full_page_writes'] as const

/** Rejects with a StoreError where it cannot be reached. */
export async function inspectPostgres(connectionString: string): Promise<Inspection> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    application_name: 'pendopo doctor',
  })
  // A connection that breaks rejects what is asked; it also says so by an event, and one that nobody hears ends us.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('set synchronous_commit = on')
    await client.query('begin isolation level repeatable read read only')
    return await inspect(client)
  } catch (error) {
    throw toStoreError('reach the database', error)
  } finally {
    await client.end().catch(() => {})
  }
}

async function inspect(client: pg.Client): Promise<Inspection> {
  const rows = async <Row extends pg.QueryResultRow>(query: string) => (await client.query<Row>(query)).rows
  const clockAheadMs = await compareClocks(rows)
  const settings = DURABILITY.map((name) => `current_setting('${name}') as ${name}`).join(', ')
  const [found] = await rows<Record<string, string>>(`select ${settings}, current_setting('server_version') as version`)
  const [place] = await rows<{ table: string | null }>(`select to_regclass('migration')::text as table`)
  const isEmpty = (place?.table ?? null) === null
  const names = isEmpty ? [] : await rows<{ name: string }>(INSPECTED.schema)
  const schema: SchemaState = toSchemaState(names.map(({ name }) => name))
  const sites = isReadable(schema) ? await rows<{ id: string; origins_json: string }>(INSPECTED.sites) : []
  const [jobs] = isReadable(schema) ? await rows<{ parked: string }>(INSPECTED.parkedJobs) : []
  return {
    name: `Postgres ${found?.version ?? ''}`,
    schema,
    durability: DURABILITY.map((name) => ({ name, value: found?.[name] ?? 'unknown', wanted: 'on' })),
    faults: null,
    clockAheadMs,
    sites: sites.map(({ id, origins_json }) => ({ id, origins: toOrigins(origins_json) })),
    parkedJobs: Number(jobs?.parked ?? 0),
  }
}

/** The answer is of about the middle between question and arrival. */
async function compareClocks(rows: (query: string) => Promise<{ now?: unknown }[]>): Promise<number> {
  const asked = Date.now()
  const [row] = await rows('select cast(extract(epoch from clock_timestamp()) * 1000 as float8) as now')
  return Math.round(Number(row?.now) - (asked + Date.now()) / 2)
}
