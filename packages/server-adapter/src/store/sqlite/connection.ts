// What every part of the SQLite store works with: the database, the query builder, prepared statements, the keys of
// workspaces, and transactions whose failures are StoreErrors.

import type { Database } from 'better-sqlite3'
import type { Kysely } from 'kysely'
import { guarded } from './failures.ts'
import { createIdBytes } from './ids.ts'
import { createStatements, type Slot, type Statements } from './statements.ts'
import { createStreamCache, type StreamCache } from './stream-cache.ts'
import type { Tables } from './tables.ts'
import { createWriteGroup } from './write-group.ts'

export interface Connection {
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
  /** Runs database work that only reads. */
  read<Result>(what: string, work: () => Result): Promise<Result>
  /** Runs database work in one transaction that has the write lock from the start. */
  write<Result>(what: string, work: () => Result): Promise<Result>
  /** The same for what is frequent and small: together with others of this turn of the event loop. */
  writeSoon<Result>(what: string, work: () => Result): Promise<Result>
  /** Runs the writes that wait, before closing. */
  flush(): void
}

export function createConnection(database: Database, db: Kysely<Tables>, now: () => number): Connection {
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

  return {
    database,
    db,
    statements,
    cache: createStreamCache(),
    idBytes: createIdBytes(),
    now,
    workspaceKey,
    ensureWorkspaceKey(workspace) {
      const known = workspaceKey(workspace)
      if (known !== 0) return known
      addWorkspace(workspace, now())
      return workspaceKey(workspace)
    },
    async read(what, work) {
      return guarded(what, work)
    },
    async write(what, work) {
      return writes.now(what, work)
    },
    writeSoon: writes.soon,
    flush: writes.flush,
  }
}
