// What the doctor asks of a database: the same of each kind, and nothing of it writes.

import { MIGRATIONS } from './sql/migrations.ts'

export interface Inspection {
  /** Its kind and version. */
  readonly name: string
  readonly schema: SchemaState
  /** Settings on which it depends whether what is acknowledged survives a power cut. */
  readonly durability: readonly Setting[]
  /** Damage that a look over the whole found; `null` where there is no such look. */
  readonly faults: readonly string[] | null
  /** The database's clock less the machine's, in milliseconds; `null` where they are the same one. */
  readonly clockAheadMs: number | null
  /** Of all workspaces; none where the schema is not readable. */
  readonly sites: readonly { readonly id: string; readonly origins: readonly string[] }[]
  readonly parkedJobs: number
}

export interface SchemaState {
  /** Steps that were taken. */
  readonly taken: readonly string[]
  /** Those that this version would take. */
  readonly missing: readonly string[]
  /** Those that only a later version knows. */
  readonly unknown: readonly string[]
}

export interface Setting {
  readonly name: string
  readonly value: string
  readonly wanted: string
}

export function toSchemaState(taken: readonly string[]): SchemaState {
  const known = MIGRATIONS.map(({ name }) => name)
  return {
    taken,
    missing: known.filter((name) => !taken.includes(name)),
    unknown: taken.filter((name) => !known.includes(name)),
  }
}

/** Whether its tables can be read: they are there, and none of them is of a later version's making. */
export const isReadable = ({ taken, unknown }: SchemaState): boolean => taken.length > 0 && unknown.length === 0

/** In SQL that both databases speak; these columns are there since the first schema. */
export const INSPECTED = {
  schema: 'select name from migration order by name',
  sites: 'select id, origins_json from site order by id',
  parkedJobs: 'select count(*) as parked from job where parked = 1',
} as const

export const toOrigins = (json: string): readonly string[] => {
  const origins: unknown = JSON.parse(json)
  return Array.isArray(origins) ? origins.map(String) : []
}
