// Row 12: a device that sleeps, and a server that freezes: SIGSTOP, and SIGCONT when everybody else has long given up.

import { openArena, withCleanUp } from '../lib/arena.mjs'
import { sum } from '../lib/judge.mjs'
import { createRandom } from '../lib/random.mjs'
import { wait } from '../lib/wait.mjs'

export const sleep = {
  name: 'sleep',
  row: '12',
  title: 'sleeping clients, a frozen server',
  fault: 'SIGSTOP of clients in mid-traffic, all at once, and of servers',
  scales: {
    short: { clients: 3, clientMs: 6_000, servers: 1, rounds: 1, serverMs: 5_000 },
    full: { clients: 20, clientMs: 120_000, servers: 5, rounds: 4, serverMs: 30_000 },
  },
  async run({ scale: { clients, clientMs, servers, rounds, serverMs }, context }) {
    context.log(`${clients} clients asleep for ${clientMs / 1_000} s`)
    const asleep = await withCleanUp((folder, defer) =>
      sleepClients({ clients, clientMs }, { ...context, folder, defer }),
    )
    context.log(`${servers} servers, each frozen ${rounds} times for ${serverMs / 1_000} s`)
    const frozen = await Promise.all(
      Array.from({ length: servers }, (_, index) =>
        withCleanUp((folder, defer) =>
          freezeServer({ rounds, serverMs }, { ...context, folder, defer, seed: context.seed + index }),
        ),
      ),
    )
    const results = [asleep, ...frozen]
    return {
      passed: results.every(({ passed }) => passed),
      faults: results.flatMap(({ faults }) => faults),
      counts: {
        ...sum(results.map(({ counts }) => counts)),
        clientsStopped: clients,
        serversStopped: servers * rounds,
      },
    }
  },
}

async function sleepClients({ clients, clientMs }, context) {
  const arena = await openArena(context, {
    groups: Array.from({ length: clients }, () => ({ visitors: 1 })),
    agents: 1,
  })
  const random = createRandom(context.seed)
  const sleepers = arena.fleets.slice(0, clients)
  const everyMs = 250
  const talking = arena.talk({ perVisitor: 40, perAgent: (clientMs + 10_000) / everyMs, everyMs })
  const naps = sleepers.map(async ({ signal }) => {
    await wait(random.between(500, 5_000))
    signal('SIGSTOP')
    await wait(clientMs)
    signal('SIGCONT')
  })
  await Promise.all([talking, ...naps])
  await arena.calm()
  return arena.verdict()
}

async function freezeServer({ rounds, serverMs }, context) {
  const arena = await openArena(context, { groups: [{ visitors: 3 }], agents: 1 })
  const random = createRandom(context.seed)
  const everyMs = 250
  const perVisitor = Math.ceil((rounds * (serverMs + 5_000)) / everyMs)
  const freezing = (async () => {
    for (let round = 0; round < rounds; round++) {
      await wait(random.between(1_000, 4_000))
      arena.server.signal('SIGSTOP')
      await wait(serverMs)
      arena.server.signal('SIGCONT')
    }
  })()
  await Promise.all([arena.talk({ perVisitor, perAgent: perVisitor, everyMs }), freezing])
  await arena.calm()
  return arena.verdict()
}
