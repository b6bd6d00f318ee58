// Durable messages a second on Postgres, beside a bare echo that does nothing but a grouped insert into the same
// Postgres, one statement of many rows: both servers are up at once, each driven in turn by a client process of its own.
// Two loops without sockets stand beside it: that insert alone, and inserts of one message each that share a commit.

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
const WARM_UP_MS = 8_000

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
        const inserts = await bareServer.ask('inserts', { ms: LOOP_MS })
        const rows = await bareServer.ask('rows', { ms: LOOP_MS })
        const bare = await measure(bareClient, () => bareServer.ask('usage'))
        const our = await measure(ourClient, ours.usage)
        if (our.missing !== 0) throw new Error(`the agents missed ${our.missing} messages of ${our.sent}`)
        const [ratio, ofInserts] = [bare, inserts].map(({ perSecond }) => our.perSecond / perSecond)
        const perSecond = Object.fromEntries(
          Object.entries({ inserts, rows, bare, ours: our }).map(([name, of]) => [name, of.perSecond]),
        )
        rounds.push({ ...perSecond, ratio, ofInserts, ourCpu: our.cpu })
        const rates = [inserts, rows, bare, our].map((of) => Math.round(of.perSecond))
        log(
          `postgres: round ${round + 1}: inserts ${rates[0]}/s, of many rows ${rates[1]}/s, echo ${rates[2]}/s, ` +
            `ours ${rates[3]}/s, ratio ${ratio.toFixed(2)}, of the inserts ${ofInserts.toFixed(2)}`,
        )
        probes.push(probeFsync(folder))
      }
      const of = (name) => rounds.map((round) => round[name])
      const spread = (name) => [Math.min(...of(name)), Math.max(...of(name))].map((value) => significant(value))
      const middle = (name) => significant(median(of(name)))
      const rate = (name) => Math.round(median(of(name)))
      const values = { ratio: middle('ratio'), spread: spread('ratio'), ofInserts: middle('ofInserts') }
      const rates = { inserts: rate('inserts'), rows: rate('rows'), bare: rate('bare'), ours: rate('ours') }
      return {
        isReached: values.ratio >= 0.5,
        values: { ...values, ...rates, fsync: middleProbe(probes), rounds },
        text: `${values.ratio} (${values.spread.join('–')} over ${ROUNDS} rounds); ours ${rates.ours}/s, bare ${rates.bare}/s`,
        notes: [
          `inserts of one message, 100 in a commit, in a loop without sockets: ${rates.inserts}/s; ours is ${values.ofInserts} of it`,
          `an insert of 100 rows in a loop, without sockets: ${rates.rows}/s`,
          `CPU time of our server per message: ${middle('ourCpu')} µs`,
          fsyncNote(middleProbe(probes)),
        ],
      }
    }),
}
