// Durable messages a second on Postgres, beside a bare loop that does nothing but insert into the same Postgres, a group of
// messages to a commit: each message by its own insert, as the bare echo of `throughput` does it on SQLite. How far it is
// to what sockets leave possible is told beside it: a bare echo that stores all that has arrived in one insert of many
// rows, and that insert in a loop without sockets. All are up at once and run in turn, the clients in their own processes.

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
/** Messages to a commit in the loops: as many as the visitors have in flight. */
const GROUP = VISITORS

export const postgres = {
  name: 'postgres',
  title: 'the same on Postgres, ÷ bare loop of grouped inserts',
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
        const inserts = await bareServer.ask('inserts', { ms: LOOP_MS, group: GROUP })
        const rows = await bareServer.ask('rows', { ms: LOOP_MS, group: GROUP })
        const bare = await measure(bareClient, () => bareServer.ask('usage'))
        const our = await measure(ourClient, ours.usage)
        if (our.missing !== 0) throw new Error(`the agents missed ${our.missing} messages of ${our.sent}`)
        const [ratio, ofEcho, ofRows] = [inserts, bare, rows].map(({ perSecond }) => our.perSecond / perSecond)
        const perSecond = Object.fromEntries(
          Object.entries({ inserts, rows, bare, ours: our }).map(([name, of]) => [name, of.perSecond]),
        )
        rounds.push({
          ...perSecond,
          ratio,
          ofEcho,
          ofRows,
          echoOfRows: bare.perSecond / rows.perSecond,
          ourCpu: our.cpu,
        })
        const rates = [inserts, rows, bare, our].map((of) => Math.round(of.perSecond))
        log(
          `postgres: round ${round + 1}: inserts ${rates[0]}/s, of many rows ${rates[1]}/s, echo ${rates[2]}/s, ` +
            `ours ${rates[3]}/s, ratio ${ratio.toFixed(2)}, of the echo ${ofEcho.toFixed(2)}`,
        )
        probes.push(probeFsync(folder))
      }
      const of = (name) => rounds.map((round) => round[name])
      const spread = (name) => [Math.min(...of(name)), Math.max(...of(name))].map((value) => significant(value))
      const middle = (name) => significant(median(of(name)))
      const rate = (name) => Math.round(median(of(name)))
      const values = {
        ratio: middle('ratio'),
        spread: spread('ratio'),
        ofEcho: middle('ofEcho'),
        ofRows: middle('ofRows'),
      }
      const rates = { inserts: rate('inserts'), rows: rate('rows'), bare: rate('bare'), ours: rate('ours') }
      return {
        isReached: values.ratio >= 0.5,
        values: { ...values, spreadOfEcho: spread('ofEcho'), ...rates, fsync: middleProbe(probes), rounds },
        text:
          `${values.ratio} (${values.spread.join('–')} over ${ROUNDS} rounds); ours ${rates.ours}/s, one insert a message, ` +
          `${GROUP} to a commit, ${rates.inserts}/s; ours is ${values.ofEcho} (${spread('ofEcho').join('–')}) of a bare echo ` +
          `with one insert of many rows, ${rates.bare}/s`,
        notes: [
          `that insert of ${GROUP} rows in a loop without sockets: ${rates.rows}/s; ours is ${values.ofRows} of it, the bare echo ${middle('echoOfRows')}`,
          `CPU time of our server per message: ${middle('ourCpu')} µs`,
          fsyncNote(middleProbe(probes)),
        ],
      }
    }),
}
