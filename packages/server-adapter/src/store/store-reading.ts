// What a command reads of an installation without changing it: before the first start, beside a server, and where a server
// refuses to start. Nothing is migrated, so only a schema of this very version is read.

import type { CellStore } from './cells.ts'
import { toSchemaState } from './inspection.ts'
import { StoreError } from './store-error.ts'
import type { DirectoryStore } from './store.ts'

export interface StoreReading {
  readonly cells: Pick<CellStore, 'get' | 'all'>
  readonly directory: Pick<DirectoryStore, 'site' | 'sites'>
  close(): Promise<void>
}

/** Throws where the tables are not those that this version reads. */
export function assertReadable(taken: readonly string[]): void {
  const { missing, unknown } = toSchemaState(taken)
  if (unknown.length > 0)
    throw new StoreError(
      'newer-schema',
      `unable to read the database; a later version wrote it (${unknown.join(', ')})`,
    )
  if (missing.length > 0)
    throw new StoreError(
      'unavailable',
      'unable to read the database; it is of an earlier version: start the server once, which brings it up to date',
    )
}
