// A world of visitors with several tabs each, agents with a client, a network with faults and a server, under one
// manual clock: what the simulation lets loose, and what must hold once it is quiet again.

import { PROTOCOL_VERSION, type AgentWelcome } from '@pendopo/protocol'
import { atom } from 'nanostores'
import type { Chat } from '../chat.ts'
import { createConnection } from '../connection/create-connection.ts'
import type { Transport } from '../connection/transport.ts'
import { createChat } from '../create-chat.ts'
import { createOutbox } from '../outbox/create-outbox.ts'
import {
  createFakeServer,
  createManualClock,
  createRandom,
  createTestDevice,
  type FakeServer,
  type TestTab,
} from '../testing.ts'
import { createThread, type ThreadCore } from '../thread/create-thread.ts'
import type { SentMessage, Thread } from '../thread.ts'
import type { Viewer } from '../timeline/to-thread-items.ts'
import { neverFetching, notPersisting } from './mutants.ts'

const SERVER = 'https://chat.example.com'

export type Operation =
  | { readonly type: 'send'; readonly visitor: number; readonly tab: number }
  | { readonly type: 'agent-sends'; readonly visitor: number }
  | { readonly type: 'server-agent'; readonly visitor: number; readonly what: 'post' | 'close' | 'read' | 'assign' }
  | { readonly type: 'open-tab'; readonly visitor: number }
  | { readonly type: 'reload'; readonly visitor: number; readonly tab: number }
  | { readonly type: 'look'; readonly visitor: number; readonly tab: number; readonly isVisible: boolean }
  | { readonly type: 'cut' }
  | { readonly type: 'dark'; readonly isDark: boolean }
  | { readonly type: 'lose-ack' }
  | { readonly type: 'refuse'; readonly code: 'rate_limited' | 'unavailable' | 'conflict' | 'internal' }
  | { readonly type: 'noise'; readonly percent: number }
  | { readonly type: 'acks-late'; readonly ms: number }
  | { readonly type: 'disk'; readonly visitor: number; readonly fails: boolean }
  | { readonly type: 'jump'; readonly ms: number }
  | { readonly type: 'wait'; readonly ms: number }

/** Products that are broken on purpose: the simulation must notice each. */
export type Mutant = 'none' | 'server forgets commands' | 'client never fetches' | 'outbox does not persist'

interface Sent {
  readonly id: string
  readonly tab: string
  /** The promise of `queued` held on a device whose storage worked. */
  isSafe: boolean
  isStored: boolean
  isRefused: boolean
}

interface LiveTab {
  readonly name: string
  readonly environment: TestTab
  readonly chat: Chat
  /** Whether its device would not tell it who it is: from then on it is on its own, in memory. */
  hasGivenUp: boolean
}

interface Visitor {
  readonly device: ReturnType<typeof createTestDevice>
  tabs: readonly LiveTab[]
}

export interface World {
  run(operation: Operation): Promise<void>
  /** Ends all faults and lets everything come to rest; returns what does not hold. */
  verdict(): Promise<readonly string[]>
}

export function createWorld(seed: number, mutant: Mutant = 'none'): World {
  const clock = createManualClock()
  const random = createRandom(seed * 16)
  let noise = 0
  const server = createFakeServer({
    clock,
    seed: seed * 16 + 1,
    forgetsCommands: mutant === 'server forgets commands',
    faults: {
      latency: () => (noise === 0 ? 5 : random.integer(400)),
      fate() {
        if (random.integer(100) >= noise) return 'deliver'
        return random.fraction() < 0.5 ? 'lose' : 'repeat'
      },
    },
  })
  const sent: Sent[] = []
  const agents = new Map<string, ThreadCore>()
  let tabs = 0
  let words = 0

  const mutated = (transport: Transport): Transport =>
    mutant === 'client never fetches' ? neverFetching(transport) : transport

  const visitors: readonly Visitor[] = [0, 1].map((index) => {
    const device = createTestDevice({ clock, transport: mutated(server.transport()), seed: seed * 16 + index + 2 })
    return { device, tabs: [] }
  })

  function openTab(visitor: Visitor): LiveTab {
    const environment = visitor.device.tab()
    const storage = async (name: string) => {
      const real = await environment.storage(name)
      return mutant === 'outbox does not persist' ? notPersisting(real) : real
    }
    const log = (event: string) => void (tab.hasGivenUp ||= event === 'storage.given-up')
    const chat = createChat({ server: SERVER, site: 'acme', environment: { ...environment, storage, log } })
    const tab: LiveTab = { name: `tab ${++tabs}`, environment, chat, hasGivenUp: false }
    visitor.tabs = [...visitor.tabs, tab]
    chat.connect()
    return tab
  }

  const visitorAt = (index: number): Visitor => visitors[index % visitors.length] ?? fail()
  const tabAt = (visitor: Visitor, index: number) =>
    visitor.tabs[index % Math.max(visitor.tabs.length, 1)] ?? openTab(visitor)

  function track(tab: string, isSafe: () => boolean, message: SentMessage): void {
    const one: Sent = { id: message.id, tab, isSafe: false, isStored: false, isRefused: false }
    sent.push(one)
    void message.queued.then(() => (one.isSafe = isSafe()))
    void message.stored.then(
      () => (one.isStored = true),
      () => (one.isRefused = true),
    )
  }

  const agentDevice = createTestDevice({
    clock,
    transport: mutated(server.transport({ agent: server.agent.id })),
    seed: seed * 16 + 8,
  })
  const agentTab = agentDevice.tab()
  const agentConnection = createConnection<AgentWelcome>({
    server: SERVER,
    namespace: '/agent',
    environment: agentTab,
    probe: { name: 'list', argument: { list: 'all', status: 'open', limit: 1 } },
    auth: async () => ({ version: PROTOCOL_VERSION }),
  })
  const agentOutbox = createOutbox({
    name: 'agent',
    storage: () => agentTab.storage('agent'),
    connection: agentConnection,
    environment: agentTab,
  })
  agentConnection.connect()
  const $viewer = atom<Viewer>({ side: 'agent', id: server.agent.id })

  function agentThread(id: string): ThreadCore {
    const known = agents.get(id)
    if (known !== undefined) return known
    const thread = createThread({
      connection: agentConnection,
      outbox: agentOutbox,
      environment: agentTab,
      $viewer,
      owns: (entry) => entry.conversation === id,
    })
    agents.set(id, thread)
    thread.bind(id)
    return thread
  }

  /** The conversation a visitor's tabs are in, as the server knows it. */
  const conversationOf = (visitor: Visitor) =>
    server.conversations().find((id) => visitor.tabs.some(({ chat }) => chat.conversation().$id.get() === id))

  async function run(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'send': {
        const visitor = visitorAt(operation.visitor)
        const { chat, name } = tabAt(visitor, operation.tab)
        track(
          name,
          () => chat.$persistence.get() === 'indexeddb',
          chat.conversation().send({ text: `word ${++words}` }),
        )
        break
      }
      case 'agent-sends': {
        const id = conversationOf(visitorAt(operation.visitor))
        if (id !== undefined) track('agent', () => true, agentThread(id).send({ text: `answer ${++words}` }))
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
        if (visitorAt(operation.visitor).tabs.length < 3) openTab(visitorAt(operation.visitor))
        break
      case 'reload': {
        const visitor = visitorAt(operation.visitor)
        const tab = tabAt(visitor, operation.tab)
        tab.environment.crash()
        visitor.tabs = visitor.tabs.filter((other) => other !== tab)
        openTab(visitor)
        break
      }
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
          ...(operation.code === 'rate_limited' && { retryAfter: 3_000 }),
        })
        break
      case 'noise':
        noise = operation.percent
        break
      case 'acks-late':
        server.acksLate(operation.ms)
        break
      case 'disk':
        visitorAt(operation.visitor).device.failsStorage(operation.fails)
        break
      case 'jump':
        clock.jump(operation.ms)
        break
      case 'wait':
        await clock.advance(operation.ms)
        break
    }
    await clock.settle()
  }

  async function calm(): Promise<void> {
    noise = 0
    server.comesBack()
    server.acksLate(0)
    for (const { device } of visitors) device.failsStorage(false)
    for (const visitor of visitors) {
      if (visitor.tabs.length === 0) openTab(visitor)
      for (const { environment } of visitor.tabs) environment.setVisible(true)
    }
    for (let minute = 0; minute < 4; minute++) await clock.advance(60_000)
    // What lies on a device whose tab has given it up goes out with the next visit.
    for (const visitor of visitors) if (visitor.tabs.some(({ hasGivenUp }) => hasGivenUp)) openTab(visitor)
    await clock.advance(60_000)
  }

  return {
    run,
    async verdict() {
      await calm()
      // What was refused after its tab had crashed is shown as failed by another one: not stored, and not lost.
      for (const { id } of visitors.flatMap(shownAsFailed))
        for (const one of sent) if (one.id === id) one.isRefused = true
      const faults = [...judgeLog(server, sent), ...judgeClients(server, visitors, agents)]
      for (const { tabs: open } of visitors) for (const { chat } of open) await chat.close()
      for (const thread of agents.values()) thread.close()
      agentOutbox.close()
      agentConnection.close()
      return faults
    },
  }
}

const shownAsFailed = ({ tabs }: Visitor) =>
  tabs.flatMap(({ chat }) =>
    chat
      .conversation()
      .$messages.get()
      .filter((item) => item.type === 'message' && item.status === 'failed'),
  )

/** acked ⊆ stored, stored once, each tab's order, no gaps, and nothing lost that was safe. */
function judgeLog(server: FakeServer, sent: readonly Sent[]): readonly string[] {
  const faults: string[] = []
  const place = new Map<string, { readonly conversation: string; readonly seq: number }>()
  for (const conversation of server.conversations()) {
    let publicSeq = 0
    for (const [index, event] of server.log(conversation).entries()) {
      if (event.seq !== index + 1) faults.push(`seq ${event.seq} stands at place ${index + 1}`)
      if (event.publicSeq !== null && event.publicSeq !== ++publicSeq)
        faults.push(`publicSeq ${event.publicSeq} has a gap before it`)
      if (event.kind !== 'message.posted') continue
      if (place.has(event.command)) faults.push(`message ${event.command} is stored twice`)
      place.set(event.command, { conversation, seq: event.seq })
    }
  }
  const last = new Map<string, number>()
  for (const { id, tab, isSafe, isStored, isRefused } of sent) {
    const stored = place.get(id)
    if (isStored && stored === undefined) faults.push(`message ${id} was ticked and is not stored`)
    if (isSafe && !isRefused && stored === undefined) faults.push(`message ${id} was safe and is lost`)
    if (stored === undefined || isRefused) continue
    const lane = `${tab} in ${stored.conversation}`
    if (stored.seq < (last.get(lane) ?? 0)) faults.push(`message ${id} was overtaken in ${lane}`)
    last.set(lane, stored.seq)
  }
  return faults
}

/** Every client shows what is in the log: no more, no less, in its order. */
function judgeClients(
  server: FakeServer,
  visitors: readonly Visitor[],
  agents: ReadonlyMap<string, ThreadCore>,
): readonly string[] {
  const faults: string[] = []
  const shown = (thread: Thread) =>
    thread.$messages
      .get()
      .flatMap((item) => (item.type === 'message' && item.status !== 'failed' ? [`${item.n}:${item.id}`] : []))
  const inLog = (id: string, side: 'visitor' | 'agent') =>
    server
      .log(id)
      .flatMap((event) =>
        event.kind === 'message.posted' ? [`${side === 'agent' ? event.seq : event.publicSeq}:${event.command}`] : [],
      )
  const compare = (who: string, thread: Thread, id: string, side: 'visitor' | 'agent') => {
    const [seen, expected] = [shown(thread).slice(-30), inLog(id, side).slice(-30)]
    if (seen.join() !== expected.join())
      faults.push(`${who} shows\n${seen.join('\n')}\nand the log has\n${expected.join('\n')}`)
  }
  for (const { tabs } of visitors) {
    for (const { chat, name } of tabs) {
      const id = chat.conversation().$id.get()
      if (chat.$connection.get() !== 'online') faults.push(`${name} is ${chat.$connection.get()}`)
      if (id === null) continue
      if (!server.conversations().includes(id)) faults.push(`${name} is in a conversation that does not exist`)
      compare(name, chat.conversation(), id, 'visitor')
    }
    for (const { chat, name, hasGivenUp } of tabs)
      if (hasGivenUp && chat.$persistence.get() !== 'memory') faults.push(`${name} says that it keeps what it does not`)
    const ids = new Set(tabs.filter(({ hasGivenUp }) => !hasGivenUp).map(({ chat }) => chat.conversation().$id.get()))
    if (ids.size > 1) faults.push('tabs of one visitor are in different conversations')
  }
  for (const [id, thread] of agents) compare('the agent', thread, id, 'agent')
  return faults
}

const fail = (): never => {
  throw new Error('there are no visitors')
}
