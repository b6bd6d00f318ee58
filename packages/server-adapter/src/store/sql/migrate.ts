// Brings a database to the newest schema, inside one transaction of the caller, who is told of each step that may take
// its time: a fresh database has nothing in it. A database that a later version has written is refused, untouched.

import type { Kysely } from 'kysely'
import { StoreError } from '../store-error.ts'
import type { Migration, SchemaTypes } from './migrations.ts'
import type { Queries } from './queries.ts'
import type { Tables } from './tables.ts'
import type { Work } from './work.ts'

/** Told the name of each step before it is taken. */
export type OnMigration = (step: string) => void

export function* migrate(
  db: Kysely<Tables>,
  queries: Queries,
  types: SchemaTypes,
  migrations: readonly Migration[],
  onStep: OnMigration = () => {},
): Work<void> {
  yield* queries.change(
    db.schema
      .createTable('migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.notNull().primaryKey()),
  )
  const rows = yield* queries.all(db.selectFrom('migration').select('name').orderBy('name'))
  const done = new Set(rows.map(({ name }) => name))
  const names = new Set(migrations.map(({ name }) => name))
  const unknown = [...done].find((name) => !names.has(name))
  if (unknown !== undefined)
    throw new StoreError(
      'newer-schema',
      `unable to open the database; a later version of Pendopo wrote it (${unknown}): use that version, or restore a backup of before`,
    )
  for (const { name, up } of migrations) {
    if (done.has(name)) continue
    if (done.size > 0) onStep(name)
    for (const query of up(db.schema, types)) yield* queries.change(query)
    yield* queries.change(db.insertInto('migration').values({ name }))
  }
}
