// Row 7 in Node: a client that keeps its outbox on disk writes while the server is away, is killed by SIGKILL and comes
// back as a new process on the same file. Whatever was `queued` arrives, once and in order.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openArena } from '../lib/arena.mjs'
import { startFleet } from '../lib/fleet.mjs'
import { judge } from '../lib/judge.mjs'
import { createRandom } from '../lib/random.mjs'
import { readDatabase } from '../lib/read-database.mjs'
import { readProtocol } from '../lib/read-protocol.mjs'
import { wait } from '../lib/wait.mjs'

export const killClient = {
  name: 'kill-client',
  row: '7',
  title: 'SIGKILL of a client in Node with an outbox',
  fault: '1 to 20 messages written without a server, SIGKILL of the client’s process, a new one on the same storage',
  scales: { short: { cycles: 2, visitors: 3 }, full: { cycles: 100, visitors: 3 } },
  async run({ scale: { cycles, visitors }, context }) {
    const storage = join(context.folder, 'devices')
    mkdirSync(storage)
    const options = { storage }
    const arena = await openArena(context, { groups: [{ visitors, options }], agents: 0 })
    const random = createRandom(context.seed)
    const names = Array.from({ length: visitors }, (_, index) => `visitor ${index + 1}`)
    const diaries = []
    const [first] = arena.fleets
    let fleet = first
    for (let cycle = 1; cycle <= cycles; cycle++) {
      await arena.server.kill()
      await fleet.ask('talk', { perVisitor: random.between(1, 20), everyMs: 10, round: cycle })
      await wait(random.between(0, 50))
      diaries.push(...(await fleet.ask('report')).clients)
      await fleet.kill()
      await arena.server.restart()
      fleet = startFleet({ product: context.client, server: arena.proxy.url, entry: arena.server.entry })
      context.defer(fleet.close)
      await fleet.joinVisitors(names, { storage, greeting: false })
      await emptied(fleet)
    }
    const { clients, sightings } = await fleet.ask('report')
    const stored = await readDatabase(arena.database)
    const told = await readProtocol({ url: arena.server.url, login: arena.server.entry.logins[0] })
    // What had not reached the device may be lost; it is still wrong to store it twice.
    const promised = diaries.map((diary) => ({ ...diary, sent: diary.sent.filter(({ queued }) => queued), views: [] }))
    const { counts, faults, passed } = judge({ clients: [...promised, ...clients], sightings, stored, told })
    return { passed, faults, counts: { kills: cycles, ...counts } }
  },
}

/** Nothing unsent is shown any more, or a minute has passed. */
async function emptied(fleet) {
  for (const late = Date.now() + 60_000; Date.now() < late; await wait(100)) {
    const { clients } = await fleet.ask('report')
    const views = clients.flatMap(({ views }) => views)
    if (views.every(({ messages }) => messages.length > 0 && messages.every(({ status }) => status !== 'sending')))
      return
  }
}
