// Connections to Postgres: at most so many, and at most so many who wait for one. Each session is set up before its
// first use, a broken one is thrown away, and after a restart of the server new ones take their place.

import pg from 'pg'
import { StoreError } from '../store-error.ts'
import type { Answer, Query } from '../sql/work.ts'
import { isBrokenConnection, toStoreError } from './failures.ts'

export interface PoolOptions {
  readonly connectionString: string
  /** Connections at most. */
  readonly size?: number
  /** How long one statement may take, in milliseconds. */
  readonly statementTimeoutMs?: number
  /** Whether the database itself refuses what would change it. */
  readonly isReadOnly?: boolean
}

/** A connection in somebody's hands. What the database refuses rejects as a StoreError. */
export interface Session {
  answer(query: Query): Promise<Answer>
  /** A statement without parameters or rows. */
  command(text: string): Promise<void>
  /** Whether the connection has gone, or is in a state nobody knows. */
  readonly isBroken: boolean
}

export interface Pool {
  /** Runs work on a connection of its own. Rejects with StoreErrors for what the database did. */
  use<Result>(what: string, work: (session: Session) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** A node needs few: groups of messages, and reads that take a millisecond. Postgres has 100 by default, for all nodes. */
const SIZE = 10
/** More who wait are told so: they would wait longer than anybody stays. */
const MAX_WAITING = 2_000
/** A server that is there answers in milliseconds; a restart takes a second or two. */
const CONNECT_WITHIN_MS = 5_000
/** The longest of ours take some hundred milliseconds on millions of rows; a lock or a disk that takes longer is ill. */
const STATEMENT_TIMEOUT_MS = 15_000
/** On top of the server's own limit, for a server that no longer answers at all. */
const ANSWER_GRACE_MS = 5_000
/** Unused connections are given back to the server after this. */
const IDLE_MS = 60_000
/** Texts of prepared statements that one session keeps. */
const MAX_PREPARED = 300

const INT8 = 20

/** Times, keys and counts are below 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
}

export function createPool({
  connectionString,
  size = SIZE,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  isReadOnly = false,
}: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString,
    max: size,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    application_name: 'pendopo',
    types,
  })
  // A connection that breaks rejects what is asked on it; one that is idle is dropped by the pool. Either also says so by
  // an event, and an event that nobody hears ends the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  const ready = new WeakSet<pg.PoolClient>()
  const names = new Map<string, string>()
  let closing: Promise<void> | undefined

  /** A session that would answer before the disk has it is refused: the tick would be false. */
  async function setUp(client: pg.PoolClient): Promise<void> {
    await client.query(
      `set synchronous_commit = on; set statement_timeout = ${statementTimeoutMs}; ` +
        `set idle_in_transaction_session_timeout = ${statementTimeoutMs}; set jit = off; set timezone = 'UTC'` +
        (isReadOnly ? '; set default_transaction_read_only = on' : ''),
    )
    const { rows } = await client.query<{ level: string }>("select current_setting('synchronous_commit') as level")
    if (rows[0]?.level !== 'on')
      throw new StoreError('unavailable', 'unable to use the database; synchronous_commit cannot be switched on')
    ready.add(client)
  }

  function nameOf(text: string): string | undefined {
    const known = names.get(text)
    if (known !== undefined || names.size >= MAX_PREPARED) return known
    const name = `p${names.size}`
    names.set(text, name)
    return name
  }

  function toSession(client: pg.PoolClient, what: string): Session {
    let isBroken = false
    const ask = async (query: pg.QueryConfig) => {
      try {
        return await client.query<Record<string, unknown>>(query)
      } catch (error) {
        isBroken ||= isBrokenConnection(error)
        throw toStoreError(what, error)
      }
    }
    return {
      async answer({ text, parameters, isPrepared }) {
        const name = isPrepared ? nameOf(text) : undefined
        const { rows, rowCount } = await ask({
          text,
          values: [...parameters],
          ...(name !== undefined && { name }),
        })
        return { rows, changes: rowCount ?? 0 }
      },
      async command(text) {
        await ask({ text })
      },
      get isBroken() {
        return isBroken
      },
    }
  }

  async function connect(what: string): Promise<pg.PoolClient> {
    if (closing !== undefined) throw new StoreError('unavailable', `unable to ${what}; the database is closed`)
    if (pool.waitingCount >= MAX_WAITING)
      throw new StoreError('unavailable', `unable to ${what}; too many are waiting for the database`)
    let client: pg.PoolClient | undefined
    try {
      client = await pool.connect()
      if (!ready.has(client)) await setUp(client)
      return client
    } catch (error) {
      client?.release(true)
      throw toStoreError(what, error)
    }
  }

  return {
    async use(what, work) {
      const client = await connect(what)
      const session = toSession(client, what)
      try {
        return await work(session)
      } finally {
        client.release(session.isBroken)
      }
    },
    close: () => (closing ??= pool.end()),
  }
}
