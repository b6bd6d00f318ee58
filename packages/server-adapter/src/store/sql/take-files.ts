import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** For `append`: gives files to the event of a message; those that are gone, or another conversation's, are not changed. */
export function takeFiles(
  db: Kysely<Tables>,
  taken: {
    readonly workspace: number
    readonly stream: number
    readonly event: number
    readonly ids: readonly string[]
  },
) {
  const { workspace, stream, event, ids } = taken
  return db
    .updateTable('file')
    .set({ stream, event })
    .where('id', 'in', [...ids])
    .where('workspace', '=', workspace)
    .where('type', 'is not', null)
    .where((row) => row.or([row('stream', 'is', null), row('stream', '=', stream)]))
}
