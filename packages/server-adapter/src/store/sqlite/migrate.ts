// Brings a database to the newest schema, in one transaction, so that a server and a command opening a fresh file at the
// same moment do not both create it. A database that a later version has written is refused, untouched.

import type { Database } from 'better-sqlite3'
import type { Compilable, Kysely } from 'kysely'
import { StoreError } from '../store-error.ts'
import { MIGRATIONS, type Migration, type SchemaTypes } from './migrations.ts'

const SQLITE_TYPES: SchemaTypes = {
  bytes: 'blob',
  // Exactly this type makes the column SQLite's own row number.
  key: 'integer',
  numbered: (column) => column.primaryKey(),
}

export function migrate<T>(database: Database, db: Kysely<T>, migrations: readonly Migration[] = MIGRATIONS): void {
  const run = (query: Compilable) => {
    const { sql: text, parameters } = query.compile()
    database.prepare<unknown[]>(text).run(...parameters)
  }
  database
    .transaction(() => {
      database.exec('create table if not exists migration (name text not null primary key) ')
      const done = database.prepare<[], string>('select name from migration order by name').pluck().all()
      const names = new Set(migrations.map(({ name }) => name))
      const unknown = done.find((name) => !names.has(name))
      if (unknown !== undefined)
        throw new StoreError('newer-schema', `unable to open the database; a later version wrote it (${unknown})`)
      for (const { name, up } of migrations) {
        if (done.includes(name)) continue
        for (const query of up(db.schema, SQLITE_TYPES)) run(query)
        database.prepare<[string]>('insert into migration (name) values (?)').run(name)
      }
    })
    .immediate()
}
