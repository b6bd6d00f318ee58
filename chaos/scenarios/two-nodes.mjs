// Row 11: two nodes on one Postgres and one Redis, and SIGKILL of one of them in mid-exchange. Whoever was there moves to
// the other by themselves; nothing that was ticked is lost, nothing that was under way comes twice.

import { quantile } from '../../bench/lib/numbers.mjs'
import { createDatabase, startPostgres, startRedis } from '../../tools/services.mjs'
import { openArena } from '../lib/arena.mjs'
import { createRandom } from '../lib/random.mjs'
import { wait } from '../lib/wait.mjs'

const LOOK_MS = 20

export const twoNodes = {
  name: 'two-nodes',
  row: '11',
  title: 'SIGKILL of one of two nodes, on Postgres and Redis',
  fault:
    'SIGKILL of a node that has clients, 50 to 2500 ms after both nodes had some; they move to the other node; a start of the one that died',
  scales: {
    short: { visitors: 6, agents: 2, kills: 2, everyMs: 200, movedWithinMs: 30_000 },
    full: { visitors: 16, agents: 4, kills: 50, everyMs: 200, movedWithinMs: 10_000 },
  },
  async run({ scale: { visitors, agents, kills, everyMs, movedWithinMs }, context }) {
    const arena = await openCluster(context, { groups: [{ visitors }], agents })
    const random = createRandom(context.seed)
    const talk = arena.keepTalking({ everyMs })
    const waits = []
    const faults = []
    let moved = 0
    for (let kill = 0; kill < kills; kill++) {
      await untilSpread(arena, movedWithinMs)
      await wait(random.between(50, 2_500))
      const victim = random.pick(arena.nodes.filter((node) => arena.linksOf(node).length > 0))
      const links = arena.linksOf(victim).length
      await victim.kill()
      moved += links
      const since = Date.now()
      const back = await until(() => arena.proxy.links().length >= visitors + agents, movedWithinMs)
      waits.push(Date.now() - since)
      if (!back) faults.push(`after kill ${kill + 1} not all ${links} of the node had moved within ${movedWithinMs} ms`)
      await victim.restart()
    }
    await talk.stop()
    await arena.calm()
    const verdict = await arena.verdict()
    faults.push(...verdict.faults)
    if (moved < kills) faults.push(`only ${moved} connections were on the nodes when they were killed`)
    return {
      passed: faults.length === 0,
      faults,
      counts: {
        kills,
        ...verdict.counts,
        connectionsMoved: moved,
        allMovedMedianMs: quantile(waits, 0.5),
        allMovedP99Ms: quantile(waits, 0.99),
      },
    }
  },
}

/** An arena with two nodes on a Postgres and a Redis of its own. */
export async function openCluster(context, options) {
  const postgres = await startPostgres()
  context.defer(() => postgres.stop())
  const redis = await startRedis()
  context.defer(() => redis.stop())
  const { url: database } = await createDatabase(postgres.url)
  const arena = await openArena(context, { ...options, database, nodes: 2, serverOptions: { redis: redis.url } })
  return { ...arena, redis }
}

/** Resolves with whether it came to hold in time. */
async function until(holds, ms) {
  for (const late = Date.now() + ms; !holds();) {
    if (Date.now() > late) return false
    await wait(LOOK_MS)
  }
  return true
}

/** Evens out, as balancers do: cuts what one node has too much of, and waits until the other has taken it. */
async function untilSpread({ nodes, linksOf, proxy }, ms) {
  const [fewest, most] = nodes.map(linksOf).toSorted((one, other) => one.length - other.length)
  const surplus = most.slice(0, Math.floor((most.length - fewest.length) / 2))
  await Promise.all(surplus.map((link) => proxy.cut({ link })))
  await until(() => nodes.every((node) => linksOf(node).length > 0), ms)
}
