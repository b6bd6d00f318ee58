// Looks at a database file without changing it: no migration, nothing written. (SQLite itself may leave an empty `-wal`
// and a `-shm` beside a file in WAL mode; they belong to the owner of the file.) For backups, restores and the doctor,
// which must be able to look at what the server would refuse.

import Sqlite, { type Database } from 'better-sqlite3'
import { StoreError } from '../store-error.ts'
import { guarded } from './failures.ts'
import { INSPECTED, toSchemaState } from '../inspection.ts'

export interface Examination {
  /** Steps of the schema that were taken. */
  readonly schema: readonly string[]
  /** Those of them that this version does not know: a later one has written it. */
  readonly unknown: readonly string[]
  /** Those that it would take. */
  readonly missing: readonly string[]
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>
  /** What is wrong with it; empty where nothing is. */
  readonly faults: readonly string[]
}

/** Problems of one kind that are told one by one. */
const FAULTS_TOLD = 10

/** Whether the log is read whole as well: it takes a second for some millions of events. */
export type Depth = 'quick' | 'whole'

export const examineSqlite = (path: string, depth: Depth): Examination =>
  readSqlite(path, (database, tables) => examine(database, tables, depth))

/** Reads a database of ours at one moment: a server that writes meanwhile does not make the figures contradict. */
export function readSqlite<Result>(
  path: string,
  read: (database: Database, tables: readonly string[]) => Result,
): Result {
  return guarded(`examine the database ${path}`, () => {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      return database.transaction(() => read(database, tablesOf(database, path)))()
    } finally {
      database.close()
    }
  })
}

/** Throws where it is no database of ours. */
function tablesOf(database: Database, path: string): readonly string[] {
  const tables = database
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    )
    .pluck()
    .all()
  if (!tables.includes('migration')) throw new StoreError('unavailable', `${path} is no database of Pendopo`)
  return tables
}

/** The steps that its schema has taken. Throws where it is no database of ours. */
export function schemaOf(database: Database, path: string): readonly string[] {
  tablesOf(database, path)
  return database.prepare<[], string>(INSPECTED.schema).pluck().all()
}

function examine(database: Database, tables: readonly string[], depth: Depth): Examination {
  const schema = database.prepare<[], string>(INSPECTED.schema).pluck().all()
  const { missing, unknown } = toSchemaState(schema)
  const faults = integrity(database)
  if (depth === 'whole' && faults.length === 0 && tables.includes('event')) faults.push(...gaps(database))
  return {
    schema,
    unknown,
    missing,
    counts: Object.fromEntries(
      tables.map((table) => [
        table,
        database.prepare<[], number>(`select count(*) from "${table}"`).pluck().get() ?? 0,
      ]),
    ),
    faults,
  }
}

/** Damage of the file: pages, indexes, rows; empty where there is none. */
export function integrity(database: Database): string[] {
  const found = database.prepare<[], string>(`pragma quick_check(${FAULTS_TOLD})`).pluck().all()
  return found.length === 1 && found[0] === 'ok' ? [] : found
}

/** Streams whose events are not numbered 1 to the stream's own number: something is lost. */
function gaps(database: Database): string[] {
  const streams = database
    .prepare<[number], { id: Buffer; seq: number; events: number }>(
      `select stream.id, stream.seq, coalesce(log.events, 0) as events
       from stream left join (
         select stream, count(distinct seq) as events, min(seq) as first, max(seq) as last from event group by stream
       ) as log on log.stream = stream.key
       where stream.seq <> coalesce(log.events, 0) or stream.seq <> coalesce(log.last, 0)
       limit ?`,
    )
    .all(FAULTS_TOLD)
  return streams.map(({ id, seq, events }) => `the log of ${id.toString('hex')} has ${events} of ${seq} events`)
}

/** Whether another process has the file open; nothing is changed by asking. */
export function isSqliteInUse(path: string): boolean {
  const database = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  try {
    // Every open connection to a database with a write-ahead log holds a lock that this one does not go with.
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('begin exclusive; rollback')
    return false
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true
    throw error
  } finally {
    database.close()
  }
}
