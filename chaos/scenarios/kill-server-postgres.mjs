// Row 2 on Postgres: the same kills, with the log in a Postgres of its own.

import { createDatabase, startPostgres } from '../../tools/services.mjs'
import { playKills } from './kill-server.mjs'

export const killServerPostgres = {
  name: 'kill-server-postgres',
  row: '2',
  title: 'SIGKILL of the server, Postgres',
  fault: 'SIGKILL 50 to 1500 ms after the server listens, and a start on the same Postgres',
  scales: {
    short: { visitors: 5, agents: 1, cycles: 2, everyMs: 200, firstAckMs: 15_000 },
    full: { visitors: 20, agents: 3, cycles: 100, everyMs: 200, firstAckMs: 3_000 },
  },
  async run({ scale, context }) {
    const postgres = await startPostgres()
    context.defer(() => postgres.stop())
    const { url } = await createDatabase(postgres.url)
    return playKills({ scale, context, arenaOptions: { database: url } })
  },
}
