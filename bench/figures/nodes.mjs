// Two nodes on one Postgres and one Redis, against one of them alone: the same visitors, the same agents watching, driven
// by the same two client processes. Nodes, clients, Postgres and Redis share this machine's cores, so what each took of
// them stands beside the figure: two nodes cannot be faster than the cores they do not have.

import { availableParallelism } from 'node:os'
import { createDatabase, startPostgres, startRedis } from '../../tools/services.mjs'
import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { probeFsync } from '../lib/fsync-probe.mjs'
import { median, significant } from '../lib/numbers.mjs'
import { timeOfMachine, timeOfTree } from '../lib/processor-time.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'
import { fsyncNote, middleProbe } from './throughput.mjs'

/** Of each of the two clients. */
const VISITORS = 50
const ROUNDS = 9
const ROUND_MS = 1_200
const WARM_UP_MS = 2_000
const REACH = 1.5
/** Above this share of all cores it is they who limit. */
const FULL = 0.85

export const nodes = {
  name: 'nodes',
  title: 'durable messages/s of two nodes ÷ one, on one Postgres',
  reach: `≥ ${REACH} where there are cores for it`,

  run: ({ log }) =>
    inFolder(async (folder, defer) => {
      const postgres = await startPostgres({ parent: process.env.BENCH_DIR })
      defer(() => postgres.stop())
      const redis = await startRedis()
      defer(() => redis.stop())
      const { url: database } = await createDatabase(postgres.url)
      const first = await startPendopo(folder, defer, { database, redis: redis.url })
      const second = await startPendopo(folder, defer, { database, redis: redis.url })
      const enter = async (node) => {
        const client = startChild(moduleFile('client.mjs'))
        defer(() => client.close())
        await client.ask('join', { kind: 'pendopo', visitors: VISITORS, ...node.address })
        return client
      }
      const [always, atFirst, atSecond] = [await enter(first), await enter(first), await enter(second)]

      const times = async () => ({
        nodes: sum(await Promise.all([first, second].map(async (node) => toMs((await node.usage()).cpu)))),
        clients: sum(
          await Promise.all([always, atFirst, atSecond].map(async (client) => toMs(await client.ask('cpu')))),
        ),
        postgres: timeOfTree(postgres.pid()),
        redis: timeOfTree(redis.pid()),
        machine: timeOfMachine(),
      })
      /** Both clients at once: messages a second together, and the cores that each part kept busy meanwhile. */
      async function burst(other, ms) {
        const before = await times()
        const started = performance.now()
        const bursts = await Promise.all([always, other].map((client) => client.ask('burst', { ms })))
        const took = performance.now() - started
        const after = await times()
        if (bursts.some(({ missing }) => missing !== 0)) throw new Error('the agents missed messages')
        const cores = Object.fromEntries(Object.keys(after).map((part) => [part, (after[part] - before[part]) / took]))
        return { perSecond: sum(bursts.map(({ perSecond }) => perSecond)), cores }
      }
      for (const other of [atFirst, atSecond]) await burst(other, WARM_UP_MS)

      const rounds = []
      const probes = [probeFsync(folder)]
      for (let round = 1; round <= ROUNDS; round++) {
        const one = await burst(atFirst, ROUND_MS)
        const two = await burst(atSecond, ROUND_MS)
        const ratio = two.perSecond / one.perSecond
        rounds.push({ one: one.perSecond, two: two.perSecond, ratio, cores: two.cores })
        const rates = [one, two].map(({ perSecond }) => Math.round(perSecond))
        log(`nodes: round ${round}: one ${rates[0]}/s, two ${rates[1]}/s, ratio ${ratio.toFixed(2)}`)
        probes.push(probeFsync(folder))
      }
      const middle = (of) => median(rounds.map(of))
      const ratio = significant(middle((round) => round.ratio))
      const [one, two] = [Math.round(middle((round) => round.one)), Math.round(middle((round) => round.two))]
      const parts = Object.keys(rounds[0].cores)
      const cores = Object.fromEntries(parts.map((part) => [part, significant(middle((round) => round.cores[part]))]))
      const all = availableParallelism()
      const limit =
        cores.machine >= FULL * all ? `the ${all} cores: they were full` : 'not the cores: waiting for commits'
      return {
        isReached: ratio >= REACH,
        values: { ratio, one, two, cores, rounds, fsync: middleProbe(probes) },
        text: `${ratio}; two nodes ${two}/s, one ${one}/s`,
        notes: [
          `what limited two nodes: ${limit}`,
          `cores kept busy meanwhile: nodes ${cores.nodes}, clients ${cores.clients}, Postgres ${cores.postgres}, Redis ${cores.redis}; the machine with all that runs on it ${cores.machine} of ${all}`,
          fsyncNote(middleProbe(probes)),
        ],
      }
    }),
}

const sum = (list) => list.reduce((all, one) => all + one, 0)
const toMs = ({ user, system }) => (user + system) / 1_000
