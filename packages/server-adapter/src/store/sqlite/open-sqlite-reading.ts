import Sqlite from 'better-sqlite3'
import { createCellStore } from '../sql/cell-store.ts'
import { createDirectoryStore } from '../sql/directory-store.ts'
import { assertReadable, type StoreReading } from '../store-reading.ts'
import { createConnection } from './connection.ts'
import { schemaOf } from './examine.ts'
import { guarded } from './failures.ts'
import { createSqliteCompiler } from './query-compiler.ts'

/** Opens the file for reading alone. Rejects with a StoreError. */
export async function openSqliteReading(path: string): Promise<StoreReading> {
  return guarded(`read the database ${path}`, () => {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      assertReadable(schemaOf(database, path))
      const { shared } = createConnection(database, createSqliteCompiler(), Date.now)
      return {
        cells: createCellStore(shared),
        directory: createDirectoryStore(shared),
        close: async () => void database.close(),
      }
    } catch (error) {
      database.close()
      throw error
    }
  })
}
