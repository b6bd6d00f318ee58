// What the parts of the Postgres store work with: the query builder, and work on pooled connections. A write is one
// transaction, `read committed`: what must not happen twice is guarded by unique keys, locks on rows taken in one order,
// and advisory locks. What gets in another's way is rolled back and run again.

import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Connection } from '../sql/connection.ts'
import { createQueries } from '../sql/queries.ts'
import type { Slot } from '../sql/slots.ts'
import { createStreamCache, type StreamCache } from '../sql/stream-cache.ts'
import type { Tables } from '../sql/tables.ts'
import { runInTurn, type Work } from '../sql/work.ts'
import { isInEachOthersWay } from './failures.ts'
import type { Pool, Session } from './pool.ts'

/** Who loses against others this often gets an error that says to try again. */
const MAX_ATTEMPTS = 4

export interface PostgresConnection extends Connection {
  readonly cache: StreamCache
  /** The time for tests; `null`: the database's own. */
  readonly standingTime: () => number | null
}

export function createConnection(pool: Pool, db: Kysely<Tables>, now: (() => number) | undefined): PostgresConnection {
  const queries = createQueries()
  // A key never changes; one of a transaction that is rolled back is never remembered.
  const keys = new Map<string, number>()
  const findWorkspace = queries.get((id: Slot<string>) => db.selectFrom('workspace').select('key').where('id', '=', id))
  const addWorkspace = queries.run((id: Slot<string>, at: Slot<number>) =>
    db
      .insertInto('workspace')
      .values({ id, created_at: at })
      .onConflict((conflict) => conflict.doNothing()),
  )
  const lock = queries.get((key: Slot<string>) =>
    db.selectNoFrom(sql<string>`cast(pg_advisory_xact_lock(cast(${key} as bigint)) as text)`.as('locked')),
  )
  const readClock = queries.get(() =>
    db.selectNoFrom(sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`.as('now')),
  )

  function* clock(): Work<number> {
    return now === undefined ? ((yield* readClock())?.now ?? 0) : now()
  }

  function* workspaceKey(workspace: string): Work<number> {
    const known = keys.get(workspace)
    if (known !== undefined) return known
    const key = (yield* findWorkspace(workspace))?.key ?? 0
    if (key !== 0) keys.set(workspace, key)
    return key
  }

  const onceMore = async <Result>(attempt: () => Promise<Result>): Promise<Result> => {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await attempt()
      } catch (error) {
        if (attempts === MAX_ATTEMPTS || !isInEachOthersWay(causeOf(error))) throw error
      }
    }
  }

  const run = <Result>(session: Session, work: () => Work<Result>) => runInTurn(work(), session.answer)

  const write = <Result>(what: string, work: () => Work<Result>): Promise<Result> =>
    onceMore(() => pool.use(what, (session) => inTransaction(session, () => run(session, work))))

  return {
    db,
    queries,
    hasRowLocks: true,
    cache: createStreamCache(),
    standingTime: () => now?.() ?? null,
    clock,
    workspaceKey,
    *ensureWorkspaceKey(workspace) {
      const known = keys.get(workspace) ?? (yield* findWorkspace(workspace))?.key
      if (known !== undefined) return known
      yield* addWorkspace(workspace, yield* clock())
      return (yield* findWorkspace(workspace))?.key ?? 0
    },
    *serialise(name) {
      yield* lock(toLockKey(name))
    },
    read: (what, work) => pool.use(what, (session) => run(session, work)),
    write,
    writeSoon: write,
  }
}

export async function inTransaction<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
  await session.command('begin')
  let result: Result
  try {
    result = await work()
  } catch (error) {
    // A connection that has gone takes its transaction with it.
    if (!session.isBroken) await session.command('rollback')
    throw error
  }
  await session.command('commit')
  return result
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? (error.cause ?? error) : error)

/** Advisory locks are named by 64 bits. */
export const toLockKey = (name: string): string =>
  createHash('sha256').update(name).digest().readBigInt64BE().toString()
