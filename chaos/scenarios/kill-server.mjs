// Row 2: SIGKILL of the server in mid-traffic, again and again. What was ticked is there, once and in its place; what was
// not arrives; and the wait after a restart is short.

import { openArena } from '../lib/arena.mjs'
import { quantile } from '../../bench/lib/numbers.mjs'
import { createRandom } from '../lib/random.mjs'
import { wait } from '../lib/wait.mjs'

const LEAST_MS = 50
const MOST_MS = 1_500
const PATIENCE_MS = 60_000

export const killServer = {
  name: 'kill-server',
  row: '2',
  title: 'SIGKILL of the server, SQLite',
  fault: `SIGKILL ${LEAST_MS} to ${MOST_MS} ms after the server listens, and a start on the same data`,
  scales: {
    short: { visitors: 10, agents: 2, cycles: 5, everyMs: 200, firstAckMs: 15_000 },
    full: { visitors: 20, agents: 3, cycles: 200, everyMs: 200, least: 50_000, firstAckMs: 3_000 },
  },
  run: ({ scale, context }) => playKills({ scale, context, arenaOptions: {} }),
}

/** The same on any database. */
export async function playKills({
  scale: { visitors, agents, cycles, everyMs, firstAckMs, least = 0 },
  context,
  arenaOptions,
}) {
  const arena = await openArena(context, { groups: [{ visitors }], agents, ...arenaOptions })
  const random = createRandom(context.seed + 1)
  let isOver = false
  const talking = (async () => {
    for (let round = 0; !isOver; round++) await arena.talk({ perVisitor: 20, perAgent: 20, everyMs, round })
  })()
  const waits = []
  const starts = []
  let cycle = 0
  for (; cycle < cycles || (await acked(arena)) < least; cycle++) {
    if (cycle % 20 === 19) context.log(`${cycle + 1} kills, ${await acked(arena)} ticked`)
    await wait(random.between(LEAST_MS, MOST_MS))
    await arena.server.kill()
    starts.push(await arena.server.restart())
    // Most lives are too short for the question; every fourth lasts until somebody has a tick, however long that takes.
    if (cycle % 4 === 0) waits.push(await firstAck(arena, Date.now()))
  }
  isOver = true
  await talking
  await arena.calm()
  const { counts, faults, passed } = await arena.verdict()
  const firstAckP99 = quantile(waits, 0.99)
  return {
    passed: passed && firstAckP99 <= firstAckMs,
    faults: firstAckP99 <= firstAckMs ? faults : [...faults, `first ack after a restart: p99 ${firstAckP99} ms`],
    counts: {
      ...counts,
      kills: cycle,
      firstAckMedianMs: quantile(waits, 0.5),
      firstAckP99Ms: firstAckP99,
      startMedianMs: quantile(starts, 0.5),
    },
  }
}

const acked = async (arena) => (await arena.each('acked')).reduce((all, one) => all + one, 0)

/** Milliseconds from then to the first tick of anybody; Infinity where none comes. */
export async function firstAck(arena, since) {
  for (const late = since + PATIENCE_MS; Date.now() < late && arena.server.isAlive();) {
    const acks = (await arena.each('firstAckSince', since)).filter((at) => at !== null)
    if (acks.length > 0) return Math.min(...acks) - since
    await wait(20)
  }
  return Infinity
}
