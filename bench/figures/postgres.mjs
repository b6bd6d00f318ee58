// Durable messages a second on Postgres, beside a bare echo that does nothing but a grouped insert into the same
// Postgres: both servers are up at once, each driven in turn by a client process of its own. The insert alone, in a loop
// without sockets, is measured in the same rounds: it says how much of it all is the database.

import { createDatabase, startPostgres } from '../../tools/services.mjs'
import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { probeFsync } from '../lib/fsync-probe.mjs'
import { median, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'
import { fsyncNote, measure, middleProbe } from './throughput.mjs'

const VISITORS = 100
const ROUNDS = 9
const LOOP_MS = 600
const WARM_UP_MS = 2_000

export const postgres = {
  name: 'postgres',
  title: 'the same on Postgres, ÷ bare echo with one grouped insert',
  reach: '≥ 0.5',

  run: ({ log }) =>
    inFolder(async (folder, defer) => {
      const server = await startPostgres({ parent: process.env.BENCH_DIR })
      defer(() => server.stop())
      const [bareDatabase, ourDatabase] = [await createDatabase(server.url), await createDatabase(server.url)]
      const child = (module) => {
        const started = startChild(moduleFile(module), { env: { BENCH_DATABASE: bareDatabase.url } })
        defer(() => started.close())
        return started
      }
      const bareServer = child('bare-postgres.mjs')
      const bareClient = child('client.mjs')
      const ourClient = child('client.mjs')
      const ours = await startPendopo(folder, defer, { database: ourDatabase.url })
      await bareClient.ask('join', { kind: 'bare', visitors: VISITORS, ...(await bareServer.ask('listen')) })
      await ourClient.ask('join', { kind: 'pendopo', visitors: VISITORS, ...ours.address })
      await bareClient.ask('burst', { ms: WARM_UP_MS })
      await ourClient.ask('burst', { ms: WARM_UP_MS })

      const rounds = []
      const probes = [probeFsync(folder)]
      for (let round = 0; round < ROUNDS; round++) {
        const loop = await bareServer.ask('loop', { ms: LOOP_MS })
        const bare = await measure(bareClient, () => bareServer.ask('usage'))
        const our = await measure(ourClient, ours.usage)
        if (our.missing !== 0) throw new Error(`the agents missed ${our.missing} messages of ${our.sent}`)
        const ratio = our.perSecond / bare.perSecond
        rounds.push({ loop: loop.perSecond, bare: bare.perSecond, ours: our.perSecond, ratio, ourCpu: our.cpu })
        const rates = [loop, bare, our].map(({ perSecond }) => Math.round(perSecond))
        log(
          `postgres: round ${round + 1}: inserts ${rates[0]}/s, bare echo ${rates[1]}/s, ours ${rates[2]}/s, ratio ${ratio.toFixed(2)}`,
        )
        probes.push(probeFsync(folder))
      }
      const ratios = rounds.map(({ ratio }) => ratio)
      const ratio = significant(median(ratios))
      const rate = (of) => Math.round(median(rounds.map((round) => round[of])))
      const spread = [Math.min(...ratios), Math.max(...ratios)].map((value) => significant(value))
      const values = { ratio, spread, loop: rate('loop'), bare: rate('bare'), ours: rate('ours') }
      return {
        isReached: ratio >= 0.5,
        values: { ...values, fsync: middleProbe(probes), rounds },
        text: `${ratio} (${spread[0]}–${spread[1]} over ${ROUNDS} rounds); ours ${values.ours}/s, bare ${values.bare}/s`,
        notes: [
          `inserts of 100 rows in a loop, without sockets: ${values.loop}/s`,
          `CPU time of our server per message: ${significant(median(rounds.map(({ ourCpu }) => ourCpu)))} µs`,
          fsyncNote(middleProbe(probes)),
        ],
      }
    }),
}
