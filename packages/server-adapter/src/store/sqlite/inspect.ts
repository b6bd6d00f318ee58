// The doctor's look at a SQLite file: read-only, beside a server or without one.

import { INSPECTED, isReadable, toOrigins, toSchemaState, type Inspection } from '../inspection.ts'
import { integrity, readSqlite } from './examine.ts'

/** Throws a StoreError where the file cannot be read, or is no database of ours. */
export function inspectSqlite(path: string): Inspection {
  return readSqlite(path, (database) => {
    const rows = <Row>(query: string) => database.prepare<[], Row>(query).all()
    const faults = integrity(database)
    const version = database.prepare<[], string>('select sqlite_version()').pluck().get() ?? ''
    const schema = toSchemaState(rows<{ name: string }>(INSPECTED.schema).map(({ name }) => name))
    const sites = isReadable(schema) ? rows<{ id: string; origins_json: string }>(INSPECTED.sites) : []
    const [jobs] = isReadable(schema) ? rows<{ parked: number }>(INSPECTED.parkedJobs) : []
    return {
      name: `SQLite ${version}`,
      schema,
      // `synchronous` is no property of the file: the server sets it on its own connection.
      durability: [
        { name: 'journal_mode', value: String(database.pragma('journal_mode', { simple: true })), wanted: 'wal' },
      ],
      faults,
      clockAheadMs: null,
      sites: sites.map(({ id, origins_json }) => ({ id, origins: toOrigins(origins_json) })),
      parkedJobs: jobs?.parked ?? 0,
    }
  })
}
