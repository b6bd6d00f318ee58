// The whole path over real sockets, a real HTTP server and a real database file.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../open-database.ts'
import { newToken, open, post, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** A visitor with a conversation of one message. */
async function talking(text = 'Hello') {
  const visitor = await server.visitor()
  const first = open()
  const answer = await visitor.ask('commands', { commands: [first, post(text)] })
  return { visitor, answer, conversation: answer.stream.id }
}

/** A promise, and what resolves it. */
function gate(): readonly [Promise<void>, () => void] {
  let open = () => {}
  return [new Promise<void>((resolve) => (open = resolve)), () => open()]
}

describe('the way of a message', () => {
  it('[CN20] what a visitor sends comes back in the ack, numbered, and nothing of it as a packet', async () => {
    const { visitor, answer, conversation } = await talking()
    expect(answer.results.map(({ ok }) => ok)).toEqual([true, true])
    expect(answer.events.map(({ n, kind }) => [n, kind])).toEqual([
      [1, 'conversation.opened'],
      [2, 'message.posted'],
    ])
    await visitor.ask('sync', { conversation, have: 2 })
    await visitor.ask('commands', { stream: { kind: 'conversation', id: conversation }, commands: [post('again')] })
    expect(visitor.inbox.filter(({ name }) => name === 'events')).toEqual([])
  })

  it("[CN21] everybody who watches gets it in their own numbering, the sender's other sockets too", async () => {
    const { visitor, conversation } = await talking()
    const agent = await server.agent()
    const other = await server.visitor({ token: visitor.token })
    await agent.ask('sync', { conversation, have: null })
    await other.ask('sync', { conversation, have: null })
    await visitor.ask('commands', {
      stream: { kind: 'conversation', id: conversation },
      commands: [
        { ...post('x'), kind: 'page.view', data: { page: { url: 'https://acme.example/next' } } },
        post('second'),
      ],
    })
    const [toAgent] = await agent.next('events')
    expect(toAgent?.events.map(({ n, kind }) => [n, kind])).toEqual([
      [3, 'page.changed'],
      [4, 'message.posted'],
    ])
    const [toOther] = await other.next('events')
    expect(toOther?.events.map(({ n, kind }) => [n, kind])).toEqual([[3, 'message.posted']])
  })

  it('[CN22] an answer brings its author along by name', async () => {
    const { visitor, conversation } = await talking()
    await visitor.ask('sync', { conversation, have: 2 })
    const agent = await server.agent()
    await agent.ask('commands', { stream: { kind: 'conversation', id: conversation }, commands: [post('Hi')] })
    const [entry] = await visitor.next('events')
    expect(entry?.events.map(({ kind }) => kind)).toEqual(['conversation.assigned', 'message.posted'])
    expect(entry?.people?.[agent.agent.id]).toMatchObject({ kind: 'agent', name: agent.agent.name })
  })

  it('[CN22] [CN33] also where it was stored while its reader was still catching up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pendopo-held-'))
    const store = await openDatabase(`file:${join(folder, 'pendopo.db')}`, [])
    const [reading, isReading] = gate()
    const [goingOn, goOn] = gate()
    const of: typeof store.marks.of = async (...args) => {
      isReading()
      await goingOn
      return store.marks.of(...args)
    }
    const slow = await startTestServer({ store: { ...store, marks: { ...store.marks, of } } })
    try {
      const visitor = await slow.visitor()
      const { stream } = await visitor.ask('commands', { commands: [open(), post('Hello')] })
      const synced = visitor.ask('sync', { conversation: stream.id, have: null })
      await reading
      const agent = await slow.agent()
      await agent.ask('commands', { stream: { kind: 'conversation', id: stream.id }, commands: [post('Hi')] })
      goOn()
      expect((await synced).n).toBe(2)
      const [entry] = await visitor.next('events')
      expect(entry?.events.map(({ kind }) => kind)).toEqual(['conversation.assigned', 'message.posted'])
      expect(entry?.people?.[agent.agent.id]).toMatchObject({ kind: 'agent', name: agent.agent.name })
    } finally {
      await slow.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('[CN23] who may see but does not watch gets a hint with the number in their own counting', async () => {
    const agent = await server.agent()
    const { visitor, conversation } = await talking()
    const hint = await agent.next('hint', ({ conversations }) => conversations.some(({ id }) => id === conversation))
    expect(hint.conversations.find(({ id }) => id === conversation)?.n).toBe(2)
    const other = await server.visitor({ token: visitor.token })
    expect(other.welcome.conversations).toEqual([{ id: conversation, n: 2, status: 'open', unread: 0 }])
    await agent.ask('commands', { stream: { kind: 'conversation', id: conversation }, commands: [post('Hi')] })
    const toOther = await other.next('hint')
    expect(toOther).toEqual({ conversations: [{ id: conversation, n: 4 }] })
    expect(await other.ask('heads', {})).toEqual({
      ok: true,
      conversations: [{ id: conversation, n: 4, status: 'open', unread: 1 }],
    })
  })

  it('[CN24] an agent of narrow sight finds a conversation once it is theirs, and hears of it then', async () => {
    const { visitor, conversation } = await talking()
    const admin = await server.agent({ role: 'admin' })
    const own = await server.agent({ sight: 'own' })
    const stream = { kind: 'conversation', id: conversation } as const
    expect((await own.refusal('sync', { conversation, have: null })).code).toBe('not_found')
    const assign = { id: open().id, kind: 'conversation.assign', data: { agent: own.agent.id } } as const
    await admin.ask('commands', { stream, commands: [assign] })
    await own.next('hint', ({ conversations }) => conversations.some(({ id }) => id === conversation))
    await own.ask('sync', { conversation, have: null })
    await visitor.ask('commands', { stream, commands: [post('still here')] })
    await own.next('events')
  })

  it('[CN25] sync gives what came after, or a snapshot where the client has nothing', async () => {
    const { visitor, conversation } = await talking()
    const caughtUp = await visitor.ask('sync', { conversation, have: 1 })
    expect(caughtUp.n).toBe(2)
    expect(caughtUp.events?.map(({ n }) => n)).toEqual([2])
    const fresh = await visitor.ask('sync', { conversation, have: null })
    expect(fresh.snapshot?.items.map(({ kind }) => kind)).toEqual(['conversation.opened', 'message.posted'])
    expect(fresh.snapshot?.conversation).toMatchObject({ id: conversation, seq: 2, contact: '', identities: [] })
    const ahead = await visitor.ask('sync', { conversation, have: 99 })
    expect(ahead.snapshot?.hasOlder).toBe(false)
  })

  it('[CN26] a foreign visitor is told that there is no such conversation', async () => {
    const { conversation } = await talking()
    const stranger = await server.visitor()
    const stream = { kind: 'conversation', id: conversation } as const
    expect((await stranger.refusal('sync', { conversation, have: null })).code).toBe('not_found')
    expect((await stranger.refusal('items', { conversation, before: 9 })).code).toBe('not_found')
    expect((await stranger.refusal('read', { conversation, upTo: 1 })).code).toBe('not_found')
    const { results } = await stranger.ask('commands', { stream, commands: [post('mine?')] })
    expect(results).toMatchObject([{ ok: false, error: { code: 'not_found' } }])
  })

  it("[CN27] a read mark reaches those who watch, in their own numbering; visitors see the team's and their own", async () => {
    const { visitor, conversation } = await talking()
    const agent = await server.agent()
    const { marks } = await agent.ask('sync', { conversation, have: null })
    expect(marks).toEqual([])
    await visitor.ask('sync', { conversation, have: 2 })
    await agent.ask('read', { conversation, upTo: 2 })
    expect(await visitor.next('marks')).toEqual({
      conversation,
      marks: [{ reader: { kind: 'agent', id: agent.agent.id }, read: 2 }],
    })
    await visitor.ask('read', { conversation, upTo: 2 })
    expect(await agent.next('marks')).toMatchObject({ conversation, marks: [{ reader: { kind: 'visitor' }, read: 2 }] })
    expect((await visitor.ask('sync', { conversation, have: 2 })).marks).toEqual(
      expect.arrayContaining([
        { reader: { kind: 'agent', id: agent.agent.id }, read: 2 },
        { reader: { kind: 'visitor', id: expect.any(String) }, read: 2 },
      ]),
    )
    expect((await agent.ask('sync', { conversation, have: 2 })).marks).toHaveLength(2)
  })

  it('[CN28] who has not yet proven that they may see it is told nothing and heard by nobody', async () => {
    const { visitor, conversation } = await talking()
    await visitor.ask('sync', { conversation, have: null })
    const stranger = await server.visitor()
    // Both frames arrive before the server has looked anything up.
    const refused = stranger.socket.emitWithAck('sync', { conversation, have: null })
    stranger.socket.emit('typing', { conversation, typing: true })
    expect(await refused).toMatchObject({ ok: false, error: { code: 'not_found' } })
    const agent = await server.agent()
    await agent.ask('sync', { conversation, have: null })
    agent.socket.emit('typing', { conversation, typing: true })
    expect(await visitor.next('typing')).toMatchObject({ who: { kind: 'agent' } })
  })

  it('[CN28] typing reaches the others who watch, and starts pass once in two seconds', async () => {
    const { visitor, conversation } = await talking()
    const agent = await server.agent()
    await agent.ask('sync', { conversation, have: null })
    visitor.socket.emit('typing', { conversation, typing: true })
    await visitor.ask('sync', { conversation, have: 2 })
    for (const typing of [true, true, false, false]) visitor.socket.emit('typing', { conversation, typing })
    await visitor.ask('commands', { stream: { kind: 'conversation', id: conversation }, commands: [post('done')] })
    await agent.next('events')
    const signals = agent.inbox.filter(({ name }) => name === 'typing').map(({ packet }) => packet)
    expect(signals).toMatchObject([
      { conversation, typing: true, who: { kind: 'visitor' } },
      { conversation, typing: false },
    ])
  })

  it('[CN29] a visitor who only looks leaves no row, and has the same identity in every tab', async () => {
    const token = newToken()
    const first = await server.visitor({ token })
    const second = await server.visitor({ token })
    expect(second.welcome.identities).toEqual(first.welcome.identities)
    const agent = await server.agent({ role: 'admin' })
    const before = await agent.ask('list', { list: 'all', status: 'all' })
    await first.ask('commands', { commands: [open(), post('now I write')] })
    const after = await agent.ask('list', { list: 'all', status: 'all' })
    expect(after.rows.length).toBe(before.rows.length + 1)
    expect(after.rows[0]?.contact.name).toMatch(/^Visitor [0-9A-F]{4}$/)
    expect(after.rows[0]).toMatchObject({ site: 'acme', online: true, last: { text: 'now I write', direction: 'in' } })
  })

  it('[CN30] a batch beyond the bucket is taken in part, and says when to go on', async () => {
    const { visitor, conversation } = await talking()
    const commands = Array.from({ length: 20 }, (_, index) => post(`message ${index}`))
    const { results } = await visitor.ask('commands', { stream: { kind: 'conversation', id: conversation }, commands })
    const refused = results.at(-1)
    expect(results.filter(({ ok }) => ok)).toHaveLength(9)
    expect(refused).toMatchObject({ id: commands[9]?.id, ok: false, error: { code: 'rate_limited' } })
    expect(refused?.ok === false && refused.error.retryAfter).toBeGreaterThan(0)
  })

  it('[CN35] a visitor is told of the agents in the conversation as they come, go and take a break, and of no other', async () => {
    const own = await startTestServer()
    try {
      const agent = await own.agent()
      const bystander = await own.agent()
      const visitor = await own.visitor()
      const { stream } = await visitor.ask('commands', { commands: [open(), post('Hello')] })
      await visitor.ask('sync', { conversation: stream.id, have: null })
      await agent.ask('commands', { stream, commands: [post('Hi')] })
      const told = (online: boolean) =>
        visitor.next('presence', ({ people = {} }) => {
          const person = people[agent.agent.id]
          return person?.kind === 'agent' && person.online === online
        })
      const setPresence = (who: typeof agent, presence: 'online' | 'break') => {
        visitor.inbox.length = 0
        return who.ask('commands', {
          stream: { kind: 'agent', id: who.agent.id },
          commands: [{ id: open().id, kind: 'agent.set-presence', data: { presence } }],
        })
      }
      await setPresence(agent, 'break')
      await told(false)
      await setPresence(agent, 'online')
      await told(true)
      // In one packet with the other's going, were it told at all.
      await setPresence(bystander, 'break')
      agent.close()
      await told(false)
      expect(JSON.stringify(visitor.inbox)).not.toContain(bystander.agent.id)
    } finally {
      await own.close()
    }
  })

  it('[CN31] a break of the last agent online makes the team away', async () => {
    const lonely = await startTestServer()
    try {
      const agent = await lonely.agent()
      const visitor = await lonely.visitor()
      expect(visitor.welcome.availability).toBe('online')
      const command = { id: open().id, kind: 'agent.set-presence', data: { presence: 'break' } } as const
      await agent.ask('commands', { stream: { kind: 'agent', id: agent.agent.id }, commands: [command] })
      expect((await visitor.next('presence', ({ availability }) => availability === 'away')).availability).toBe('away')
    } finally {
      await lonely.close()
    }
  })
})
