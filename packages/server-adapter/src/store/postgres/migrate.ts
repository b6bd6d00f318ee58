import type { Connection } from '../sql/connection.ts'
import { migrate, type OnMigration } from '../sql/migrate.ts'
import { MIGRATIONS, type Migration, type SchemaTypes } from '../sql/migrations.ts'

const POSTGRES_TYPES: SchemaTypes = {
  bytes: 'bytea',
  key: 'bigint',
  numbered: (column) => column.generatedByDefaultAsIdentity().primaryKey(),
  // Nothing looks for an event by its key: an index of it would only cost.
  numberedEvent: (column) => column.generatedByDefaultAsIdentity().notNull(),
  chainsEvents: false,
  reservesEventKeys: true,
  prefersLongerKeys: false,
  comparesValues: true,
}

/** In one transaction under a lock, so that of nodes that start at the same moment one migrates and the others wait. */
export const migratePostgres = (
  { db, queries, serialise, write }: Connection,
  migrations: readonly Migration[] = MIGRATIONS,
  onStep?: OnMigration,
): Promise<void> =>
  write('bring the database to the newest schema', function* () {
    yield* serialise('migration')
    yield* migrate(db, queries, POSTGRES_TYPES, migrations, onStep)
  })
