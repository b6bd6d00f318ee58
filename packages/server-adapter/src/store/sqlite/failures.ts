// What SQLite may answer, as the store's errors. What is not the database's doing (a fault of ours) passes unchanged.

import { SqliteError } from 'better-sqlite3'
import { StoreError } from '../store-error.ts'

/** Primary codes after which the same request may succeed later: nothing of it was stored. */
const UNAVAILABLE = [
  'BUSY',
  'LOCKED',
  'FULL',
  'IOERR',
  'READONLY',
  'CANTOPEN',
  'PROTOCOL',
  'CORRUPT',
  'NOTADB',
  'NOMEM',
]

/** SQLite says of these no more than "unable to open database file" and "attempt to write a readonly database". */
const UNWRITABLE = /^SQLITE_(?:CANTOPEN|READONLY)/
const MAY_NOT = 'it cannot be written: may this user write the file and its folder?'

/** Runs a piece of database work and names its failures. */
export function guarded<Result>(what: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw toStoreError(what, error)
  }
}

export function toStoreError(what: string, error: unknown): unknown {
  if (error instanceof SqliteError) {
    const { code, message } = error
    if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
      return new StoreError('taken', `unable to ${what}; it is in use`, { cause: error })
    if (UNAVAILABLE.some((name) => code === `SQLITE_${name}` || code.startsWith(`SQLITE_${name}_`)))
      return new StoreError('unavailable', `unable to ${what}; ${UNWRITABLE.test(code) ? MAY_NOT : message}`, {
        cause: error,
      })
  }
  // better-sqlite3 reports a closed database as a TypeError.
  if (error instanceof TypeError && error.message === 'The database connection is not open')
    return new StoreError('unavailable', `unable to ${what}; the database is closed`, { cause: error })
  return error
}
