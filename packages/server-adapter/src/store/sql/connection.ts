// What the parts of the store that are written once need of their database. Each database has one of its own.

import type { Kysely } from 'kysely'
import type { Queries } from './queries.ts'
import type { Tables } from './tables.ts'
import type { Work } from './work.ts'

export interface Connection {
  /** Builds queries; never executes them. */
  readonly db: Kysely<Tables>
  readonly queries: Queries
  /** Whether several may write at once, so that rows have to be locked one by one. */
  readonly hasRowLocks: boolean
  /** The database's clock. */
  clock(): Work<number>
  /** The integer that stands for a workspace; 0, which none has, where it is unknown. */
  workspaceKey(workspace: string): Work<number>
  /** The same for writing: an unknown workspace is registered. */
  ensureWorkspaceKey(workspace: string): Work<number>
  /** Until this transaction ends, nobody else who names the same goes on: for finding or creating. */
  serialise(name: string): Work<void>
  /** Runs work that only reads. */
  read<Result>(what: string, work: () => Work<Result>): Promise<Result>
  /** Runs work in one transaction; it may run again where others were in its way. */
  write<Result>(what: string, work: () => Work<Result>): Promise<Result>
  /** The same for what is frequent and small: it may share its commit. */
  writeSoon<Result>(what: string, work: () => Work<Result>): Promise<Result>
}
