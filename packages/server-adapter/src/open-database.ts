// From the address of a database to an open store. Each kind of database has its prefix.

import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isPostgresAddress } from './database-address.ts'
import { findThreadProgram } from './package-root.ts'
import type { ReaderArming } from './store/arming.ts'
import { openPostgresStore } from './store/postgres/open-postgres-store.ts'
import type { OnMigration } from './store/sql/migrate.ts'
import { openSqliteStore } from './store/sqlite/open-sqlite-store.ts'
import { StoreError } from './store/store-error.ts'
import type { Store } from './store/store.ts'
import { openStoreThread } from './store/thread/open-store-thread.ts'

const FILE_PREFIX = 'file:'

/**
 * Opens `file:./data/pendopo.db`, making its folder where it is missing, or `postgres://user:password@host/database`,
 * and brings it to the newest schema, telling `onMigration` of each step. Rejects with a StoreError.
 */
export async function openDatabase(
  address: string,
  readers: readonly ReaderArming[],
  onMigration?: OnMigration,
): Promise<Store> {
  const telling = onMigration === undefined ? {} : { onMigration }
  if (isPostgresAddress(address)) return openPostgresStore({ connectionString: address, readers, ...telling })
  if (!address.startsWith(FILE_PREFIX)) {
    // An address may hold a password: it is not repeated.
    throw new TypeError('unable to open the database; write file:./data/pendopo.db or postgres://user@host/database')
  }
  const path = resolve(address.slice(FILE_PREFIX.length).replace(/^\/\/(?=\/)/, ''))
  try {
    await makeFolder(dirname(path))
  } catch (error) {
    throw new StoreError('unavailable', `unable to make the folder ${dirname(path)}; ${reasonOf(error)}`, {
      cause: error,
    })
  }
  const program = findThreadProgram('store-thread')
  if (program === null) return openSqliteStore({ path, readers, ...telling })
  // What arms the jobs is data; what the readers do stays here.
  const arming = readers.map(({ name, streams, delayMs, wokenBy = 'everyone' }) => ({
    name,
    streams,
    delayMs,
    wokenBy,
  }))
  return openStoreThread(program, { path, readers: arming }, onMigration)
}

/** Node 20's recursive `mkdir` never returns where the system answers "no such file" to a child of a folder that is there (/proc). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    const parent = dirname(folder)
    if (code !== 'ENOENT' || parent === folder) throw error
    await makeFolder(parent)
    await mkdir(folder)
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT')
    return 'it may not be written there'
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file stands in its place'
  return error instanceof Error ? error.message : String(error)
}
