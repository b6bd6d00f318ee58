// A world of visitors with several tabs each, an agent, a network with faults and a server of two nodes, under one
// manual clock: it carries out what the story says, and comes to rest to be judged.

import type { Chat } from '../chat.ts'
import type { Environment } from '../environment.ts'
import { createFakeServer, createManualClock, createRandom, createTestDevice, type TestDevice } from '../testing.ts'
import type { SentMessage, Thread } from '../thread.ts'
import { createDeviceClock } from './device-clock.ts'
import { judge, type Sent } from './judge.ts'
import { mutationOf, type MutantName } from './mutants.ts'
import { MOST_TABS, VISITORS, type Operation, type StorageState } from './operations.ts'
import { createRefusalWatch } from './refusals.ts'
import { createSimulatedAgent } from './simulated-agent.ts'
import { openTab, type SimulatedTab, type SimulatedVisitor } from './simulated-visitor.ts'

const NODES = 2
/** Each part of the world has random numbers of its own: what one draws does not change what another gets. */
const SOURCES = 16

/** By then an ack has come, or the message went out again and that one's has. */
const ACK_WITHIN_MS = 60_000

export interface World {
  run(operation: Operation): Promise<void>
  /** Ends all faults and lets everything come to rest; returns what does not hold. */
  verdict(): Promise<readonly string[]>
}

interface Tracked extends Sent {
  readonly visitor: SimulatedVisitor | null
  readonly at: number
}

export function createWorld(seed: number, name: MutantName | null = null): World {
  const { server: mutation = {}, client: mutant = (environment) => environment } = mutationOf(name)
  const clock = createManualClock()
  const source = (index: number) => seed * SOURCES + index
  const random = createRandom(source(0))
  const percent = (share: number) => random.integer(100) < share
  const clocks = Array.from({ length: VISITORS + 2 }, () => createDeviceClock(clock))
  const clockOf = (index: number) => clocks[index] ?? fail()
  let noise = 0
  let replays = 0
  let hints = { ms: 0, lostPercent: 0 }

  const server = createFakeServer({
    ...mutation,
    clock: clockOf(VISITORS + 1),
    seed: source(1),
    nodes: NODES,
    faults: {
      latency: () => (noise === 0 ? 5 : random.integer(400)),
      fate() {
        if (!percent(noise)) return 'deliver'
        return random.fraction() < 0.5 ? 'lose' : 'repeat'
      },
      replays: () => replays,
      commit: () => 1 + random.integer(noise === 0 ? 5 : 200),
      hint: () => (percent(hints.lostPercent) ? null : hints.ms),
    },
  })

  const refusals = createRefusalWatch()
  const mutate = (environment: Environment) => refusals.watch(mutant(environment))
  const sent: Tracked[] = []
  let tabs = 0
  let words = 0

  const device = (index: number, agent?: string): TestDevice =>
    createTestDevice({
      clock: clockOf(index),
      transport: server.transport(agent === undefined ? {} : { agent }),
      seed: source(index + 2),
    })
  const visitors: readonly SimulatedVisitor[] = Array.from({ length: VISITORS }, (_, index) => ({
    device: device(index),
    clock: clockOf(index),
    tabs: [],
  }))
  const agentDevice = device(VISITORS, server.agent.id)
  const agent = createSimulatedAgent({ id: server.agent.id, device: agentDevice, mutate })
  const devices = [...visitors.map((visitor) => visitor.device), agentDevice]
  /** Visitors whose clock was ever set. */
  const touched = new Set<SimulatedVisitor>()

  function open(visitor: SimulatedVisitor): SimulatedTab {
    return openTab(visitor, {
      name: `tab ${++tabs}`,
      mutate,
      watch: {
        elapsed: () => clock.now(),
        oldestUnsent: (commands) => oldestUnsent(visitor, commands),
        isClockTouched: () => touched.has(visitor),
      },
    })
  }

  /**
   * When the oldest message was written that this visitor's outbox may still hold: what is sent now, what is not in the
   * log, and for a minute what is and no ack has told of. An opening may be older than any.
   */
  function oldestUnsent(visitor: SimulatedVisitor, commands: readonly string[]): number {
    if (!sent.some(({ id }) => id === commands[0])) return 0
    const logged = new Set(server.conversations().flatMap((id) => server.log(id).map(({ command }) => command)))
    const mayWait = ({ id, at, isStored, isRefused }: Tracked) =>
      commands.includes(id) || (!isStored && !isRefused && (!logged.has(id) || clock.now() - at < ACK_WITHIN_MS))
    return sent
      .filter((one) => one.visitor === visitor && mayWait(one))
      .reduce((oldest, { at }) => Math.min(oldest, at), clock.now())
  }

  const visitorAt = (index: number) => visitors[index] ?? fail()
  const tabAt = (visitor: SimulatedVisitor, index: number) =>
    visitor.tabs[index % Math.max(visitor.tabs.length, 1)] ?? open(visitor)

  function track(message: SentMessage, from: Pick<Tracked, 'lane' | 'visitor'>, isKeeping: () => boolean): void {
    const one: Tracked = {
      ...from,
      id: message.id,
      at: clock.now(),
      isSafe: false,
      isStored: false,
      isRefused: false,
    }
    sent.push(one)
    void message.queued.then(() => (one.isSafe = isKeeping()))
    void message.stored.then(
      () => (one.isStored = true),
      () => (one.isRefused = true),
    )
  }

  /** The conversation a visitor's tabs are in, as the server knows it. */
  const conversationOf = (visitor: SimulatedVisitor) =>
    server.conversations().find((id) => visitor.tabs.some(({ chat }) => chat.conversation().$id.get() === id))

  async function run(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'send': {
        const visitor = visitorAt(operation.visitor)
        const tab = tabAt(visitor, operation.tab)
        const message = tab.chat.conversation().send({ text: `word ${++words}` })
        track(message, { lane: tab.name, visitor }, () => tab.chat.$persistence.get() === 'indexeddb')
        break
      }
      case 'agent-sends': {
        const id = conversationOf(visitorAt(operation.visitor))
        if (id === undefined) break
        const message = agent.thread(id).send({ text: `answer ${++words}` })
        track(message, { lane: agent.life(), visitor: null }, agent.isKeeping)
        break
      }
      case 'server-agent': {
        const id = conversationOf(visitorAt(operation.visitor))
        if (id === undefined) break
        if (operation.what === 'post') server.agent.post(id, `answer ${++words}`)
        else server.agent[operation.what](id)
        break
      }
      case 'open-tab':
        if (visitorAt(operation.visitor).tabs.length < MOST_TABS) open(visitorAt(operation.visitor))
        break
      case 'close-tab':
      case 'reload': {
        const visitor = visitorAt(operation.visitor)
        const tab = tabAt(visitor, operation.tab)
        if (operation.type === 'close-tab') void tab.chat.close()
        else tab.environment.crash()
        visitor.tabs = visitor.tabs.filter((other) => other !== tab)
        if (operation.type === 'reload') open(visitor)
        break
      }
      case 'agent-reload':
        agent.reload()
        break
      case 'look':
        tabAt(visitorAt(operation.visitor), operation.tab).environment.setVisible(operation.isVisible)
        break
      case 'cut':
        server.dropsConnection()
        break
      case 'dark':
        if (operation.isDark) server.goesDark()
        else server.comesBack()
        break
      case 'lose-ack':
        server.losesAck('commands')
        break
      case 'refuse':
        server.refusesOnce(operation.code, {
          request: 'commands',
          ...((operation.code === 'rate_limited' || operation.code === 'overloaded') && { retryAfter: 3_000 }),
        })
        break
      case 'noise':
        noise = operation.percent
        break
      case 'acks-late':
        server.acksLate(operation.ms)
        break
      case 'replay':
        replays = operation.frames
        break
      case 'server-crash':
        server.crashes(operation.ms, operation.node < NODES ? operation.node : undefined)
        break
      case 'hints':
        hints = operation
        break
      case 'storage':
        setStorage(devices[operation.device] ?? fail(), operation.state)
        break
      case 'clock': {
        clockOf(operation.device).set(operation.ms)
        const visitor = visitors[operation.device]
        if (visitor !== undefined) touched.add(visitor)
        break
      }
      case 'wait':
        await clock.advance(operation.ms)
        break
    }
    await clock.settle()
  }

  async function calm(): Promise<void> {
    noise = replays = 0
    hints = { ms: 0, lostPercent: 0 }
    server.comesBack()
    server.acksLate(0)
    for (const one of devices) setStorage(one, 'works')
    for (const visitor of visitors) {
      if (visitor.tabs.length === 0) open(visitor)
      for (const { environment } of visitor.tabs) environment.setVisible(true)
    }
    for (let minute = 0; minute < 4; minute++) await clock.advance(60_000)
    // What lies on a device whose tab has given it up goes out with the next visit.
    for (const visitor of visitors) if (visitor.tabs.some(({ hasGivenUp }) => hasGivenUp())) open(visitor)
    if (!agent.isKeeping()) agent.reload()
    await clock.advance(60_000)
  }

  return {
    run,
    async verdict() {
      await calm()
      // What was refused after its tab had crashed is shown as failed by another one: not stored, and not lost.
      const threads: readonly Thread[] = [
        ...visitors.flatMap((visitor) => visitor.tabs.map(({ chat }): Thread => conversationIn(chat))),
        ...agent.threads().values(),
      ]
      const failed = new Set(threads.flatMap(shownAsFailed))
      for (const one of sent) if (failed.has(one.id) || refusals.isRefused(one.id)) one.isRefused = true
      const faults = judge({ server, sent, visitors, agent })
      for (const { tabs: left } of visitors) for (const { chat } of left) await chat.close()
      agent.close()
      return faults
    },
  }
}

function setStorage(device: TestDevice, state: StorageState): void {
  device.failsStorage(state === 'fails')
  device.hangsStorage(state === 'hangs')
  device.mutesStorage(state === 'mute')
  device.fillsStorage(state === 'full')
}

const conversationIn = (chat: Chat): Thread => chat.conversation()

const shownAsFailed = (thread: Thread): readonly string[] =>
  thread.$messages.get().flatMap((item) => (item.type === 'message' && item.status === 'failed' ? [item.id] : []))

const fail = (): never => {
  throw new Error('there is no such part of this world')
}
