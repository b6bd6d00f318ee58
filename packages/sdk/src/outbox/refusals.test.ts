// What a refusal means for what waits behind it: an outbox of its own, on a device and a server that can be told to fail.

import { PROTOCOL_VERSION, type Command } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { createConnection } from '../connection/create-connection.ts'
import type { Transport } from '../connection/transport.ts'
import { createFakeServer, createManualClock, createTestDevice } from '../testing.ts'
import { createOutbox } from './create-outbox.ts'

const OWN = 'own'.padEnd(43, 'n')
const uuid = (n: number) => `01990000-0000-7000-8000-${String(n).padStart(12, '0')}`
const open = (n: number): Command => ({ id: uuid(n), kind: 'conversation.open', occurredAt: n, data: {} })
const post = (n: number, text: string): Command => ({
  id: uuid(n),
  kind: 'message.post',
  occurredAt: n,
  data: { text },
})

/** One visitor's outbox, connected. `replays` frames of a former connection arrive again in each new one. */
async function setUp(mutate = (transport: Transport) => transport) {
  const clock = createManualClock()
  const network = { replays: 0 }
  const server = createFakeServer({ clock, faults: { replays: () => network.replays } })
  const device = createTestDevice({ clock, transport: mutate(server.transport()) })
  /** What the device is asked to mark as failed waits here while the gate is shut. */
  const gate = { isShut: false, waiting: [] as (() => void)[] }

  async function openTab() {
    const tab = device.tab()
    const storage = await tab.storage('acme')
    const connection = createConnection({
      server: 'https://chat.example.com',
      namespace: '/visitor',
      environment: tab,
      probe: { name: 'heads', argument: {} },
      auth: async () => ({ version: PROTOCOL_VERSION, site: 'acme', token: OWN }),
    })
    const outbox = createOutbox({
      name: 'acme',
      connection,
      environment: tab,
      storage: async () => ({
        ...storage,
        async replace(entries) {
          if (gate.isShut) await new Promise<void>((resolve) => gate.waiting.push(resolve))
          return storage.replace(entries)
        },
      }),
    })
    connection.connect()
    await outbox.load()
    await clock.settle()
    const send = (conversation: number, ...commands: readonly Command[]) =>
      outbox.add(commands.map((command) => ({ conversation: uuid(conversation), command })))
    return { tab, outbox, send }
  }

  const texts = () =>
    server.conversations().flatMap((id) => server.log(id).flatMap(({ content }) => content?.text ?? []))
  const failures = async () => (await device.storage.entries()).map(({ failure }) => failure?.code)
  return { clock, server, network, device, gate, openTab, texts, failures, ...(await openTab()) }
}

/** A server that takes a batch up to the third command and refuses that one, once. */
function refusingTheThird(error: { readonly code: string; readonly retryAfter?: number }) {
  let isDone = false
  return (transport: Transport): Transport => ({
    connect(target, handlers) {
      const connection = transport.connect(target, handlers)
      return {
        ...connection,
        async request(name, argument, timeoutMs) {
          const { commands = [] } = argument as { readonly commands?: readonly Command[] }
          const [, , third] = commands
          if (isDone || third === undefined) return connection.request(name, argument, timeoutMs)
          isDone = true
          const asked = { ...(argument as object), commands: commands.slice(0, 2) }
          const reply = (await connection.request(name, asked, timeoutMs)) as { readonly results: readonly unknown[] }
          const refused = { id: third.id, ok: false, error: { message: 'not this one', ...error } }
          return { ...reply, results: [...reply.results, refused] }
        },
      }
    },
  })
}

describe('a refusal for good', () => {
  it('[OB15] is written down before anything behind it goes out', async () => {
    const { clock, server, gate, openTab, texts, failures, tab, send } = await setUp()
    await send(1, open(1), post(2, 'first'))
    await clock.settle()
    gate.isShut = true
    for (const request of ['commands', 'commands'] as const) server.refusesOnce('conflict', { request })
    await send(1, post(3, 'no'), post(4, 'yes'))
    await clock.advance(1_000)
    expect(gate.waiting).toHaveLength(1)
    expect(texts()).toEqual(['first'])
    for (const go of gate.waiting) go()
    await clock.settle()
    expect(texts()).toEqual(['first', 'yes'])
    tab.crash()
    const again = await openTab()
    expect(again.outbox.$entries.get()).toMatchObject([{ command: { id: uuid(3) }, failure: { code: 'conflict' } }])
    expect([texts(), await failures()]).toEqual([['first', 'yes'], ['conflict']])
  })

  it('[OB15] also where the opening before it found another conversation', async () => {
    const { clock, gate, send, texts, failures } = await setUp(refusingTheThird({ code: 'conflict' }))
    await send(1, open(1), post(2, 'first'))
    await clock.settle()
    gate.isShut = true
    await send(10, open(10), post(11, 'second'), post(12, 'no'), post(13, 'yes'))
    await clock.advance(1_000)
    expect(gate.waiting).toHaveLength(1)
    expect(texts()).toEqual(['first', 'second'])
    for (const go of gate.waiting) go()
    await clock.settle()
    expect([texts(), await failures()]).toEqual([['first', 'second', 'yes'], ['conflict']])
  })

  it('[OB15] stays known to its tab where the device cannot write it down', async () => {
    const { clock, server, device, outbox, send, texts, failures } = await setUp()
    await send(1, open(1), post(2, 'first'))
    await clock.settle()
    server.goesDark()
    await send(1, post(3, 'no'))
    device.fillsStorage()
    server.refusesOnce('conflict', { request: 'commands' })
    server.comesBack()
    await clock.advance(20_000)
    device.fillsStorage(false)
    expect(await failures()).toEqual([undefined])
    // What lies on the device is read again.
    device
      .tab()
      .tabs('acme')
      .post(JSON.stringify({ type: 'changed' }))
    await send(1, post(4, 'yes'))
    await clock.advance(1_000)
    expect(outbox.$entries.get()).toMatchObject([{ command: { id: uuid(3) }, failure: { code: 'conflict' } }])
    expect(texts()).toEqual(['first', 'yes'])
  })

  it('[OB15] has no place in the order any more: a late copy that is taken stands where the log has it', async () => {
    const { clock, server, network, send, texts } = await setUp()
    await send(1, open(1), post(2, 'first'))
    await clock.settle()
    server.refusesOnce('conflict', { request: 'commands' })
    await send(1, post(3, 'late'))
    await clock.settle()
    await send(1, post(4, 'next'))
    await clock.settle()
    network.replays = 2
    server.dropsConnection()
    await clock.advance(5_000)
    expect(texts()).toEqual(['first', 'next', 'late'])
  })
})

describe('a refusal for now', () => {
  it('[OB5] holds for what waits, also where the opening before it found another conversation', async () => {
    const mutate = refusingTheThird({ code: 'rate_limited', retryAfter: 5_000 })
    const { clock, send, texts } = await setUp(mutate)
    await send(1, open(1), post(2, 'first'))
    await clock.settle()
    await send(10, open(10), post(11, 'second'), post(12, 'third'), post(13, 'fourth'))
    await clock.advance(4_900)
    expect(texts()).toEqual(['first', 'second'])
    await clock.advance(200)
    expect(texts()).toEqual(['first', 'second', 'third', 'fourth'])
  })
})
