// From the address of a database to a look into it that changes nothing: the folder is not made, no schema is brought up to
// date, and a server may run beside.

import { existsSync } from 'node:fs'
import { isPostgresAddress, toDatabasePath } from './database-address.ts'
import { openPostgresReading } from './store/postgres/open-postgres-reading.ts'
import { openSqliteReading } from './store/sqlite/open-sqlite-reading.ts'
import { StoreError } from './store/store-error.ts'
import type { StoreReading } from './store/store-reading.ts'

/** Rejects with a StoreError where it is not there, or cannot be read by this version. */
export async function openReading(address: string): Promise<StoreReading> {
  if (isPostgresAddress(address)) return openPostgresReading(address)
  const path = toDatabasePath(address)
  // An address may hold a password: it is not repeated.
  if (path === null)
    throw new TypeError('unable to read the database; write file:./data/pendopo.db or postgres://user@host/database')
  if (!existsSync(path)) throw new StoreError('unavailable', `unable to read the database ${path}; it is not there`)
  return openSqliteReading(path)
}
