// What the parts of the SQLite store work with: the database, the query builder, prepared statements, the keys of
// workspaces; and, for what is written once for all databases, work in transactions whose failures are StoreErrors.

import type { Database } from 'better-sqlite3'
import type { Kysely } from 'kysely'
import type { Connection } from '../sql/connection.ts'
import { createIdBytes } from '../sql/ids.ts'
import { createQueries } from '../sql/queries.ts'
import type { Slot } from '../sql/slots.ts'
import { createStreamCache, type StreamCache } from '../sql/stream-cache.ts'
import type { Tables } from '../sql/tables.ts'
import { runAtOnce, type Work } from '../sql/work.ts'
import { guarded } from './failures.ts'
import { createStatements, type Statements } from './statements.ts'
import { createWriteGroup } from './write-group.ts'

export interface SqliteConnection {
  readonly database: Database
  /** Builds queries; never executes them. */
  readonly db: Kysely<Tables>
  readonly statements: Statements
  readonly cache: StreamCache
  /** The bytes of an id on the message path. */
  readonly idBytes: (id: string) => Buffer
  /** The database's clock. */
  readonly now: () => number
  /** The integer that stands for a workspace; 0, which none has, where it is unknown. */
  workspaceKey(workspace: string): number
  /** The same for writing: an unknown workspace is registered. */
  ensureWorkspaceKey(workspace: string): number
  /** Runs work on the message path. */
  atOnce<Result>(what: string, work: () => Result): Promise<Result>
  /** For what is written once for all databases. */
  readonly shared: Connection
  /** Runs the writes that wait, before closing. */
  flush(): void
}

export function createConnection(database: Database, db: Kysely<Tables>, now: () => number): SqliteConnection {
  const statements = createStatements(database)
  // A workspace's key never changes, so it may be remembered.
  const keys = new Map<string, number>()
  const findWorkspace = statements.get((id: Slot<string>) =>
    db.selectFrom('workspace').select('key').where('id', '=', id),
  )
  const addWorkspace = statements.run((id: Slot<string>, at: Slot<number>) =>
    db
      .insertInto('workspace')
      .values({ id, created_at: at })
      .onConflict((conflict) => conflict.doNothing()),
  )
  const writes = createWriteGroup(database)

  function workspaceKey(workspace: string): number {
    const known = keys.get(workspace) ?? findWorkspace(workspace)?.key
    if (known === undefined) return 0
    // Inside a transaction the row may still be rolled back.
    if (!database.inTransaction) keys.set(workspace, known)
    return known
  }

  function ensureWorkspaceKey(workspace: string): number {
    const known = workspaceKey(workspace)
    if (known !== 0) return known
    addWorkspace(workspace, now())
    return workspaceKey(workspace)
  }

  const run = <Result>(work: () => Work<Result>) => runAtOnce(work(), statements.answer)
  const shared: Connection = {
    db,
    queries: createQueries(),
    hasRowLocks: false,
    // What does not ask the database has nothing to yield.
    // oxlint-disable require-yield
    *clock() {
      return now()
    },
    *workspaceKey(workspace) {
      return workspaceKey(workspace)
    },
    *ensureWorkspaceKey(workspace) {
      return ensureWorkspaceKey(workspace)
    },
    // A transaction that writes has the database for itself.
    *serialise() {},
    // oxlint-enable require-yield
    read: async (what, work) => guarded(what, () => run(work)),
    write: async (what, work) => writes.now(what, () => run(work)),
    writeSoon: (what, work) => writes.soon(what, () => run(work)),
  }

  return {
    database,
    db,
    statements,
    cache: createStreamCache(),
    idBytes: createIdBytes(),
    now,
    workspaceKey,
    ensureWorkspaceKey,
    atOnce: async (what, work) => guarded(what, work),
    shared,
    flush: writes.flush,
  }
}
