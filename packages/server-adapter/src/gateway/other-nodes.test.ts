// Two whole servers on one database, with a bus between them that can be made to lose.

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createMemoryBus, type MemoryBus } from '../testing/memory-bus.ts'
import { open, post, startTestServer, type TestClient } from '../testing/test-server.ts'

type Server = Awaited<ReturnType<typeof startTestServer>>
type Agent = Awaited<ReturnType<Server['agent']>>

let bus: MemoryBus
let one: Server
let two: Server
/** Of node two, with the whole team’s sight. */
let agent: Agent

beforeAll(async () => {
  bus = createMemoryBus()
  one = await startTestServer({ bus: bus.open })
  two = await startTestServer({ bus: bus.open, database: `file:${one.folder}/pendopo.db` })
  agent = await two.agent({ email: 'ayu@acme.example' })
})
afterEach(() => bus.lose(undefined))
afterAll(async () => {
  await two?.close()
  await one?.close()
})

/** A conversation of a visitor on node one, which both sides watch. */
async function conversation() {
  const visitor = await one.visitor()
  const opening = open()
  await visitor.ask('commands', { commands: [opening, post('hello')] })
  const { id } = opening
  await agent.ask('sync', { conversation: id, have: null })
  await visitor.ask('sync', { conversation: id, have: null })
  return { visitor, id, say: (who: TestClient, ...texts: string[]) => send(who, id, texts.map(post)) }
}

const send = (who: TestClient, id: string, commands: ReturnType<typeof post>[]) =>
  who.ask('commands', { stream: { kind: 'conversation', id }, commands })

type Packet = readonly {
  readonly conversation: string
  readonly events: readonly { readonly content?: { readonly text?: string | undefined } | null | undefined }[]
}[]
const textsOf = (packet: Packet) => packet.flatMap(({ events }) => events.map(({ content }) => content?.text))

/** The next packet that has this text. */
const hears = (who: TestClient, text: string) => who.next('events', (packet) => textsOf(packet).includes(text))

const isHint = (text: string) => text.includes('"appended"')

describe('two nodes', () => {
  it('[CL1] what is appended on one reaches who watches on the other, in their own numbering', async () => {
    const { visitor, id, say } = await conversation()
    await say(visitor, 'from one')
    expect(await hears(agent, 'from one')).toMatchObject([{ conversation: id, events: [{ n: 3 }] }])
    await say(agent, 'from two')
    const packet = await hears(visitor, 'from two')
    // The first answer makes the agent the assignee, and no number is left out.
    expect(packet.flatMap(({ events }) => events.map(({ n }) => n))).toEqual([4, 5])
  })

  it('[CL1] who does not watch gets a hint: an agent’s list, and the visitor’s other window', async () => {
    const { visitor, id, say } = await conversation()
    const colleague = await two.agent()
    const window = await two.visitor({ token: visitor.token })
    expect(window.welcome.conversations.map((head) => head.id)).toEqual([id])
    await say(visitor, 'news')
    const about = (packet: { readonly conversations: readonly { readonly id: string }[] }) =>
      packet.conversations.some((hint) => hint.id === id)
    await colleague.next('hint', about)
    await window.next('hint', about)
  })

  it('[CL2] typing and read marks cross', async () => {
    const { visitor, id } = await conversation()
    await visitor.ask('typing', { conversation: id, typing: true })
    const who = { kind: 'visitor', id: visitor.welcome.identities[0] }
    expect(await agent.next('typing', (packet) => packet.conversation === id)).toEqual({
      conversation: id,
      who,
      typing: true,
    })
    await agent.ask('read', { conversation: id, upTo: 2 })
    const { marks } = await visitor.next('marks')
    expect(marks).toEqual([{ reader: { kind: 'agent', id: agent.agent.id }, read: 2 }])
  })

  it('[CL3] who is connected to one is online on both, until they go', async () => {
    const { visitor, id } = await conversation()
    expect(visitor.welcome.availability).toBe('online')
    const identity = visitor.welcome.identities[0] ?? ''
    const list = async () =>
      (await agent.ask('list', { list: 'all', status: 'all', ids: [id] })).rows.map(({ online }) => online)
    await vi.waitUntil(async () => (await list())[0] === true, { timeout: 5_000, interval: 50 })
    visitor.close()
    // A beat of their being there may still be on its way.
    const isGone = (person: object | undefined) => person !== undefined && 'online' in person && person.online === false
    const { people } = await agent.next('presence', ({ people }) => isGone(people?.[identity]))
    expect(people?.[identity]).toMatchObject({ kind: 'visitor', online: false })
    expect(await list()).toEqual([false])
  })

  it('[CL3] [CN35] a visitor is told of the agent in their conversation, whichever node each is on', async () => {
    const { visitor, id, say } = await conversation()
    const colleague = await two.agent()
    await say(colleague, 'Good day')
    await hears(visitor, 'Good day')
    const told = (online: boolean) =>
      visitor.next('presence', ({ people = {} }) => {
        const person = people[colleague.agent.id]
        return person?.kind === 'agent' && person.online === online
      })
    await told(true)
    colleague.close()
    await told(false)
    const { people } = await visitor.ask('sync', { conversation: id, have: 2 })
    expect(people[colleague.agent.id]).toMatchObject({ online: false })
  })

  it('[CL14] a visitor’s logout ends their sockets on the other node, also where the word of it is lost', async () => {
    for (const isLost of [false, true]) {
      const { visitor } = await conversation()
      const elsewhere = await two.visitor({ token: visitor.token })
      const ended = new Promise((resolve) => void elsewhere.socket.once('disconnect', resolve))
      if (isLost) bus.lose(() => true)
      await visitor.ask('logout', {})
      await ended
      bus.lose(undefined)
    }
  })

  it('[CL4] signals carry ids and numbers, and no words', async () => {
    const { visitor, say } = await conversation()
    await say(visitor, 'a secret between us')
    await hears(agent, 'a secret between us')
    expect(bus.published.some(isHint)).toBe(true)
    expect(bus.published.filter((text) => text.includes('secret') || text.includes('hello'))).toEqual([])
  })

  it('[CL6] a lost hint delays and never loses: the beat shows it, and what was missed comes in order', async () => {
    const { visitor, say } = await conversation()
    bus.lose(isHint)
    await say(visitor, 'lost one')
    await say(visitor, 'lost two')
    bus.lose(undefined)
    const packet = await hears(agent, 'lost one')
    expect(textsOf(packet)).toEqual(['lost one', 'lost two'])
  })

  it('[CL6] a lost mark is told with the next comparing', async () => {
    const { visitor, id } = await conversation()
    bus.lose((text) => text.includes('"marked"'))
    await agent.ask('read', { conversation: id, upTo: 2 })
    bus.lose(undefined)
    const { marks } = await visitor.next('marks')
    expect(marks).toContainEqual({ reader: { kind: 'agent', id: agent.agent.id }, read: 2 })
  })

  it('[CL6] where nobody notices the loss, the client’s own comparing finds it', async () => {
    const { visitor, id, say } = await conversation()
    bus.lose(() => true)
    await say(visitor, 'unheard')
    const { events, n } = await agent.ask('sync', { conversation: id, have: 2 })
    expect(events?.map(({ content }) => content)).toMatchObject([{ text: 'unheard' }])
    expect(n).toBe(3)
  })

  it('[CL7] while nothing is heard the database is asked what is new', async () => {
    const { visitor, say } = await conversation()
    bus.lose(() => true)
    await vi.waitUntil(async () => (await health(two)).status === 'degraded', { timeout: 10_000, interval: 100 })
    await say(visitor, 'through the database')
    await hears(agent, 'through the database')
    expect(await health(two)).toMatchObject({ status: 'degraded', database: 'ok', redis: 'failing' })
    bus.lose(undefined)
    await vi.waitUntil(async () => (await health(two)).status === 'ok', { timeout: 5_000, interval: 50 })
  }, 20_000)

  it('[CL8] a session that ends on one node ends its sockets on the other', async () => {
    const colleague = await two.agent()
    await fetch(`${one.url}/api/agent/logout`, {
      method: 'POST',
      headers: { cookie: colleague.cookie, origin: one.url },
    })
    expect(await colleague.next('refused')).toMatchObject({ code: 'unauthenticated' })
  })

  it('[CL9] who could see it until something happened on another node is told that it is gone', async () => {
    const narrow = await two.agent({ sight: 'own' })
    const { id } = await conversation()
    const third = bus.open(() => {})
    const was = { assignee: narrow.agent.id, team: null, participants: [] }
    const signal = { kind: 'appended', stream: { kind: 'conversation', id }, seq: 2, isPublic: false, was }
    const signals = [{ ...signal, workspace: one.site.workspace }]
    third.publish(JSON.stringify({ node: 'third', count: 1, signals }))
    expect(await narrow.next('gone')).toEqual({ conversation: id })
    expect(narrow.inbox.filter(({ name }) => name !== 'presence')).toEqual([])
  })

  it('[CL10] all tabs of a browser act as one identity, whichever nodes they are on', async () => {
    const first = await one.visitor()
    const second = await two.visitor({ token: first.token })
    expect(second.welcome.identities).toEqual(first.welcome.identities)
  })
})

async function health(server: Server): Promise<{ readonly status: string }> {
  return (await fetch(`${server.url}/health`)).json()
}
