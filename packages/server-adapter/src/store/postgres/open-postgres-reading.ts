import { INSPECTED } from '../inspection.ts'
import { createCellStore } from '../sql/cell-store.ts'
import { createDirectoryStore } from '../sql/directory-store.ts'
import { StoreError } from '../store-error.ts'
import { assertReadable, type StoreReading } from '../store-reading.ts'
import { createConnection } from './connection.ts'
import { createPool, type Session } from './pool.ts'
import { createPostgresCompiler } from './query-compiler.ts'

/** Connects for reading alone. Rejects with a StoreError. */
export async function openPostgresReading(connectionString: string): Promise<StoreReading> {
  const pool = createPool({ connectionString, size: 1, isReadOnly: true })
  try {
    assertReadable(await pool.use('read the database', (session) => schemaOf(session)))
  } catch (error) {
    await pool.close()
    throw error
  }
  const connection = createConnection(pool, createPostgresCompiler(), undefined)
  return {
    cells: createCellStore(connection),
    directory: createDirectoryStore(connection),
    close: () => pool.close(),
  }
}

async function schemaOf(session: Session): Promise<readonly string[]> {
  const ask = async (text: string) => (await session.answer({ text, parameters: [], isPrepared: false })).rows
  const [place] = await ask("select to_regclass('migration')::text as name")
  if (nameOf(place) === '') throw new StoreError('unavailable', 'unable to read the database; it is empty')
  return (await ask(INSPECTED.schema)).map(nameOf)
}

const nameOf = (row: unknown): string =>
  typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string' ? row.name : ''
