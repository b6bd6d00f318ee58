import type { PrivacyParts } from '../sql/privacy-store.ts'
import type { Slot } from '../sql/slots.ts'
import type { Connection } from '../sql/connection.ts'
import type { Pool } from './pool.ts'

/** Tables with rows that erasure removes or rewrites. */
const TABLES = ['content', 'contact', 'identity', 'stream_state', 'job', 'file']

/**
 * Old versions of rows go with a vacuum; their bytes in free space, in Postgres' own log and in replicas go when Postgres
 * uses that room again.
 */
export function createPrivacyParts({ db, queries }: Connection, pool: Pool): PrivacyParts {
  const find = queries.list((stream: Slot<number>, after: Slot<number>, upTo: Slot<number>) =>
    db.selectFrom('event').select('key').where('stream', '=', stream).where('seq', '>', after).where('seq', '<=', upTo),
  )
  return {
    *keysOf({ key }, after, upTo) {
      return (yield* find(key, after, upTo)).map((event) => event.key)
    },
    settle: () =>
      pool.use('vacuum what was erased', async (session) => {
        for (const table of TABLES) await session.command(`vacuum ${table}`)
      }),
  }
}
