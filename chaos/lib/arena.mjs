// What most scenarios are played in: a server or several nodes, the fault proxy in front of them, visitors and agents of
// the SDK who talk through the proxy, and the oracle that reads the database and the protocol behind everybody's back.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startFleet } from './fleet.mjs'
import { judge } from './judge.mjs'
import { CURRENT } from './products.mjs'
import { startProxy } from './proxy.mjs'
import { readDatabase } from './read-database.mjs'
import { readProtocol } from './read-protocol.mjs'
import { startServer } from './server.mjs'
import { wait } from './wait.mjs'

/**
 * A client that had bad luck waits up to 30 s before it tries again, and a suspect connection is given up after 12; a
 * packet lost on a live connection is found within a minute.
 */
const PATIENCE = { drainMs: 120_000, convergeMs: 90_000 }
const LOOK_MS = 250

/** What a timer can wait at most: as good as for ever. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const SIGNALS = ['SIGINT', 'SIGTERM']

/**
 * Runs `body(folder, defer)`; what was deferred is undone, last first, whatever happened, a signal to us included.
 * Rejects where the body has not ended after `longestMs`: whatever waits for an answer that never comes is a fault too.
 */
export async function withCleanUp(body, longestMs = LONGEST_TIMER_MS) {
  const folder = mkdtempSync(join(tmpdir(), 'pendopo-chaos-'))
  const undo = [() => rmSync(folder, { recursive: true, force: true })]
  const cleanUp = async () => {
    while (undo.length > 0) await undo.pop()()
  }
  const onSignal = () => void cleanUp().finally(() => process.exit(1))
  for (const signal of SIGNALS) process.once(signal, onSignal)
  const tooLong = new AbortController()
  try {
    return await Promise.race([
      body(folder, (one) => undo.push(one)),
      setTimeout(longestMs, undefined, tooLong).then(() => {
        throw new Error(`this did not come to an end within ${longestMs / 1_000} s`)
      }),
    ])
  } finally {
    tooLong.abort()
    for (const signal of SIGNALS) process.off(signal, onSignal)
    await cleanUp()
  }
}

/**
 * Opens one and lets everybody arrive. `groups` are fleets: `{ visitors, env, options }`. Each agent looks at up to
 * `watched` conversations. `client` and `server` are the products on either side. Of several `nodes` the proxy sends each
 * new connection to the one that has the fewest.
 */
export async function openArena(
  { folder, defer, seed, client = CURRENT, server: serverProduct = CURRENT, patience = PATIENCE },
  { groups, agents = 1, watched = 80, serverOptions = {}, database = `file:${folder}/pendopo.db`, nodes: size = 1 },
) {
  const server = await startServer({ product: serverProduct, database, agents: Math.max(agents, 1), ...serverOptions })
  defer(() => server.close())
  const nodes = [server]
  while (nodes.length < size) {
    const node = await startServer({ product: serverProduct, database, ...serverOptions, join: server.entry })
    defer(() => node.close())
    nodes.push(node)
  }
  const proxy = await startProxy({ upstream: leastBusy, seed })
  defer(() => proxy.close())
  let turn = 0

  const linksOf = ({ url }) => proxy.links().filter(({ address }) => address === url)

  function leastBusy() {
    const serving = nodes.filter((node) => node.isServing())
    turn += 1
    const inTurn = serving.map((_, index) => serving[(turn + index) % serving.length])
    const [first = server] = inTurn.toSorted((one, other) => linksOf(one).length - linksOf(other).length)
    return first.url
  }

  const fleets = []
  const conversations = []
  let named = 0
  for (const { visitors, env = {}, options = {} } of groups) {
    const fleet = startFleet({ product: client, server: proxy.url, entry: server.entry, env })
    defer(() => fleet.close())
    fleets.push(fleet)
    const names = Array.from({ length: visitors }, () => `visitor ${++named}`)
    const joined = await fleet.joinVisitors(names, options)
    conversations.push(...joined.map(({ conversation }) => conversation))
  }
  if (agents > 0) {
    const fleet = startFleet({ product: client, server: proxy.url, entry: server.entry })
    defer(() => fleet.close())
    fleets.push(fleet)
    // Side by side: where there are more conversations than agents may watch, each agent takes a share.
    const share = (index) =>
      conversations.filter((_, place) => conversations.length <= watched || place % agents === index)
    await fleet.joinAgents(
      Array.from({ length: agents }, (_, index) => ({
        name: `agent ${index + 1}`,
        login: server.entry.logins[index],
        conversations: share(index).slice(0, watched),
      })),
    )
  }

  const each = (command, argument) => Promise.all(fleets.map(({ ask }) => ask(command, argument)))
  const pending = async () => (await each('pending')).reduce((all, one) => all + one, 0)

  /** Waits until all that was written is stored or refused; resolves with how much is not. */
  async function drain(ms = patience.drainMs) {
    const late = Date.now() + ms
    while ((await pending()) > 0 && Date.now() < late) await wait(LOOK_MS)
    return pending()
  }

  /** Waits until every thread is where the log is. */
  async function converge() {
    const late = Date.now() + patience.convergeMs
    for (;;) {
      const logs = await readDatabase(database)
      const heads = (await each('heads')).flat()
      const isSame = heads.every(({ conversation, side, n }) => {
        const log = logs.get(conversation) ?? []
        const expected = side === 'agent' ? log.at(-1)?.seq : log.reduce((most, one) => one.publicSeq ?? most, 0)
        return n === expected
      })
      if (isSame || Date.now() > late) return isSame
      await wait(LOOK_MS)
    }
  }

  return {
    server,
    nodes,
    linksOf,
    proxy,
    fleets,
    database,
    conversations,
    each,
    pending,
    drain,
    talk: (plan) => each('talk', plan),
    /** Everybody writes until it is stopped; `stop` resolves when the last is on its way. */
    keepTalking({ everyMs }) {
      let isOver = false
      const talking = (async () => {
        for (let round = 0; !isOver; round++) await each('talk', { perVisitor: 10, perAgent: 10, everyMs, round })
      })()
      // Where something else fails first the clients go, and this with them: that must not hide what it was.
      talking.catch(() => undefined)
      return {
        stop() {
          isOver = true
          return talking
        },
      }
    },
    /** Ends the faults and waits until everything has come to rest. */
    async calm() {
      proxy.set({})
      await drain()
      await each('farewell')
      await drain()
      await converge()
    },
    async verdict() {
      const reports = await each('report')
      const stored = await readDatabase(database)
      const told = await readProtocol({ url: server.url, login: server.entry.logins[0] })
      return judge({
        clients: reports.flatMap(({ clients }) => clients),
        sightings: reports.flatMap(({ sightings }) => sightings),
        stored,
        told,
      })
    },
  }
}
