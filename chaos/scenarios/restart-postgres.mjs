// Row 9: Postgres dies under the server (an immediate stop, as after a crash) and comes back, or cuts off every connection
// it has. The server lives on, refuses what it cannot store, and is in use again within seconds.

import pg from 'pg'
import { quantile } from '../../bench/lib/numbers.mjs'
import { createDatabase, startPostgres } from '../../tools/services.mjs'
import { openArena } from '../lib/arena.mjs'
import { createRandom } from '../lib/random.mjs'
import { wait } from '../lib/wait.mjs'
import { firstAck } from './kill-server.mjs'

export const restartPostgres = {
  name: 'restart-postgres',
  row: '9',
  title: 'Postgres stopped and started, its connections cut',
  fault: 'in turn: an immediate stop of Postgres and a start, and the end of every connection to it',
  scales: {
    short: { visitors: 5, agents: 1, cycles: 2, everyMs: 200, liveAgainWithinMs: 20_000 },
    full: { visitors: 10, agents: 2, cycles: 100, everyMs: 200, liveAgainWithinMs: 5_000 },
  },
  async run({ scale: { visitors, agents, cycles, everyMs, liveAgainWithinMs }, context }) {
    const postgres = await startPostgres()
    context.defer(() => postgres.stop())
    const { url } = await createDatabase(postgres.url)
    const arena = await openArena(context, { groups: [{ visitors }], agents, database: url })
    const random = createRandom(context.seed)
    let isOver = false
    const talking = (async () => {
      for (let round = 0; !isOver; round++) await arena.talk({ perVisitor: 10, perAgent: 10, everyMs, round })
    })()
    const waits = []
    for (let cycle = 0; cycle < cycles && arena.server.isAlive(); cycle++) {
      await wait(random.between(500, 2_000))
      if (cycle % 2 === 0) {
        await postgres.kill()
        await wait(random.between(0, 1_000))
        await postgres.start()
      } else await endConnections(url)
      waits.push(await firstAck(arena, Date.now()))
      if (cycle % 20 === 19) context.log(`${cycle + 1} of ${cycles}`)
    }
    isOver = true
    await talking
    await arena.calm()
    const { counts, faults } = await arena.verdict()
    const liveAgainMs = quantile(waits, 0.99)
    if (liveAgainMs > liveAgainWithinMs) faults.push(`in use again after ${liveAgainMs} ms (p99)`)
    if (!arena.server.isAlive()) faults.push(`the server did not survive: ${arena.server.log()}`)
    return {
      passed: faults.length === 0,
      faults,
      counts: {
        stops: Math.ceil(cycles / 2),
        cutOff: Math.floor(cycles / 2),
        ...counts,
        liveAgainMedianMs: quantile(waits, 0.5),
        liveAgainP99Ms: liveAgainMs,
      },
    }
  },
}

async function endConnections(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )
  await client.end()
}
