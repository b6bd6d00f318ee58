// Row 9, the other half: Redis dies under two nodes and comes back. Messages go on being stored meanwhile, and once Redis
// answers again what is said on one node is seen on the other at once.

import { quantile } from '../../bench/lib/numbers.mjs'
import { createIds } from '../../bench/lib/command-ids.mjs'
import { ask } from '../../bench/lib/raw-socket.mjs'
import { createRandom } from '../lib/random.mjs'
import { connectRawAgent } from '../lib/raw-agent.mjs'
import { wait } from '../lib/wait.mjs'
import { openCluster } from './two-nodes.mjs'

/**
 * A node without Redis asks the database every five seconds, one that says it is whole does not: what comes sooner from
 * node to node came live, however busy the machine is.
 */
const LIVE_MS = 3_000
/** What takes longer counts as this: it has failed. */
const PATIENCE_MS = 60_000
const LOOK_MS = 20

export const restartRedis = {
  name: 'restart-redis',
  row: '9',
  title: 'SIGKILL of Redis under two nodes',
  fault: 'SIGKILL of Redis in mid-traffic, and a start 0 to 6 s later',
  scales: {
    short: { visitors: 4, agents: 2, kills: 2, everyMs: 200, liveAgainWithinMs: 20_000 },
    full: { visitors: 10, agents: 2, kills: 50, everyMs: 200, liveAgainWithinMs: 5_000 },
  },
  async run({ scale: { visitors, agents, kills, everyMs, liveAgainWithinMs }, context }) {
    const arena = await openCluster(context, { groups: [{ visitors }], agents })
    const probe = await openProbe(arena, context)
    const random = createRandom(context.seed)
    const talk = arena.keepTalking({ everyMs })
    const waits = []
    await probe.untilLive(Date.now())
    for (let kill = 0; kill < kills; kill++) {
      await wait(random.between(500, 2_000))
      await arena.redis.kill()
      await wait(random.between(0, 6_000))
      await arena.redis.start()
      const liveAgain = await probe.untilLive(Date.now())
      if (liveAgain > liveAgainWithinMs) context.log(`kill ${kill + 1}: live again after ${liveAgain} ms`)
      waits.push(liveAgain)
    }
    await talk.stop()
    await arena.calm()
    const { counts, faults } = await arena.verdict()
    const liveAgainMs = quantile(waits, 0.99)
    if (liveAgainMs > liveAgainWithinMs) faults.push(`live again after ${liveAgainMs} ms (p99)`)
    for (const node of arena.nodes) if (!node.isAlive()) faults.push(`a node did not survive: ${node.log()}`)
    return {
      passed: faults.length === 0,
      faults,
      counts: { kills, ...counts, liveAgainMedianMs: quantile(waits, 0.5), liveAgainP99Ms: liveAgainMs },
    }
  },
}

/** Agents on each node, past the proxy, who watch one conversation and write in it. */
async function openProbe({ nodes, server, conversations: [conversation] }, { defer }) {
  const nextId = createIds()
  const login = server.entry.logins[0]
  const seen = nodes.map(() => '')
  const sockets = await Promise.all(
    nodes.map(({ url }, index) =>
      connectRawAgent({ url, login, onEvent: (bytes) => (seen[index] = (seen[index] + bytes).slice(-20_000)) }),
    ),
  )
  defer(() => sockets.forEach((socket) => socket.close()))
  for (const socket of sockets) await ask(socket, 'sync', { conversation, have: null })

  /** Whether what is written on one node is seen on the other while it is new. */
  async function crosses(from, to) {
    const id = nextId()
    const stream = { kind: 'conversation', id: conversation }
    const commands = [{ id, kind: 'message.post', data: { text: `is it live? ${id}` } }]
    const late = Date.now() + LIVE_MS
    await ask(sockets[from], 'commands', { stream, commands })
    while (!seen[to].includes(id)) {
      if (Date.now() > late) return false
      await wait(LOOK_MS)
    }
    return true
  }

  /** A kept connection may end just when it is used again: no answer is one to ask again. */
  const isWhole = async ({ url }) => {
    const health = await fetch(`${url}/health`).then(
      (response) => response.json(),
      () => null,
    )
    return health?.status === 'ok'
  }

  return {
    /** Milliseconds from then until both nodes are whole and events cross, both ways; at most so long. */
    async untilLive(since) {
      while (Date.now() < since + PATIENCE_MS) {
        const whole = await Promise.all(nodes.map(isWhole))
        if (whole.every(Boolean)) {
          const now = Date.now()
          if ((await Promise.all([crosses(0, 1), crosses(1, 0)])).every(Boolean)) return now - since
        }
        await wait(LOOK_MS)
      }
      return PATIENCE_MS
    },
  }
}
