import Sqlite from 'better-sqlite3'
import { guarded } from './failures.ts'

/**
 * Writes the database as it is at one moment into a new file, while others go on writing. `VACUUM INTO` reads in one
 * transaction: SQLite's page-wise backup begins anew after every commit of another process, and under load never ends.
 * Deleted content, which may linger in free pages, is not in it.
 */
export function snapshotSqlite(path: string, target: string): void {
  guarded(`copy the database ${path}`, () => {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      database.prepare<[string]>('vacuum into ?').run(target)
    } finally {
      database.close()
    }
  })
}
