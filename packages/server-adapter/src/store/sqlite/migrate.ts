import type { Database } from 'better-sqlite3'
import type { Kysely } from 'kysely'
import { migrate, type OnMigration } from '../sql/migrate.ts'
import { MIGRATIONS, type Migration, type SchemaTypes } from '../sql/migrations.ts'
import { createQueries } from '../sql/queries.ts'
import type { Tables } from '../sql/tables.ts'
import { runAtOnce } from '../sql/work.ts'
import { createStatements } from './statements.ts'

const SQLITE_TYPES: SchemaTypes = {
  bytes: 'blob',
  // Exactly this type makes the column SQLite's own row number.
  key: 'integer',
  numbered: (column) => column.primaryKey(),
  numberedEvent: (column) => column.primaryKey(),
  chainsEvents: true,
  reservesEventKeys: false,
  prefersLongerKeys: true,
  comparesValues: false,
}

/** In one transaction, so that a server and a command opening a fresh file at the same moment do not both create it. */
export function migrateSqlite(
  database: Database,
  db: Kysely<Tables>,
  migrations: readonly Migration[] = MIGRATIONS,
  onStep?: OnMigration,
): void {
  const { answer } = createStatements(database)
  database
    .transaction(() => runAtOnce(migrate(db, createQueries(), SQLITE_TYPES, migrations, onStep), answer))
    .immediate()
}
