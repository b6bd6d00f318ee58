// docs/protocol.md against the real server, section by section, by a client that has nothing else.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  command,
  connect,
  greetByPolling,
  logIn,
  newToken,
  newUuid,
  post,
  refusal,
  type ForeignClient,
} from '../support/foreign-client.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { signIdentity } from '../support/sign-identity.ts'
import { addSite } from '../support/sites.ts'

const ORIGIN = 'https://acme.example'

let server: TestServer
let site: Awaited<ReturnType<typeof addSite>>
let cookie: string
const clients: ForeignClient[] = []

beforeAll(async () => {
  server = await startServer()
  site = await addSite(server, 'Acme', ORIGIN)
  cookie = await logIn(server.url, server.admin)
})
afterEach(() => clients.splice(0).forEach((client) => client.close()))
afterAll(() => server?.close())

const greeting = (auth: object = {}) => ({ version: 1, site: site.id, token: newToken(), ...auth })

async function visitor(
  auth: object = {},
  headers: Record<string, string> = { origin: ORIGIN },
): Promise<ForeignClient> {
  const client = await connect(server.url, '/visitor', greeting(auth), headers)
  clients.push(client)
  return client
}

async function agent(headers: Record<string, string> = { cookie }): Promise<ForeignClient> {
  const client = await connect(server.url, '/agent', { version: 1 }, headers)
  clients.push(client)
  return client
}

const stream = (id: string) => ({ kind: 'conversation', id })

/** Opens a conversation with a first message; resolves with its id and the numbers of its events. */
async function open(client: ForeignClient, text: string) {
  const opening = command('conversation.open', { page: { url: `${ORIGIN}/`, title: 'Home' }, locale: 'id' })
  const first = post(text)
  const ack = await client.ask('commands', { commands: [opening, first] })
  expect(ack.error).toBeUndefined()
  expect(ack).toMatchObject({
    ok: true,
    results: [
      { id: opening.id, ok: true },
      { id: first.id, ok: true },
    ],
  })
  return { id: String(ack.stream.id), opening, first, ack }
}

describe('section 2: connecting', () => {
  it('[PR5] [SC1] [SC2] [SC5] refuses with the codes the document lists', async () => {
    const foreign = { origin: 'https://evil.example' }
    expect(await refusal(visitor({}, {}))).toBe('origin_refused')
    expect(await refusal(visitor({ key: 'a-guess' }, {}))).toBe('origin_refused')
    expect(await refusal(visitor({ key: site.key }, {}))).toBe('connected')
    expect(await refusal(visitor())).toBe('connected')
    expect(await refusal(visitor({ version: 99 }))).toBe('upgrade')
    expect(await refusal(visitor({ token: 'short' }))).toBe('invalid')
    expect(await refusal(visitor({ site: 'nobody' }))).toBe('not_found')
    expect(await refusal(visitor({ identity: 'no.jwt.atall' }))).toBe('unauthenticated')
    expect(await refusal(agent({}))).toBe('unauthenticated')
    expect(await refusal(agent({ cookie, origin: ORIGIN }))).toBe('origin_refused')
    expect(await refusal(connect(server.url, '/', {}))).toBe('unknown')
    // An origin on nobody's list does not get as far as a namespace.
    expect(await refusal(visitor({}, foreign))).toBe('origin_refused')
    const engine = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: foreign })
    expect([engine.status, await engine.json()]).toEqual([403, { code: 4, message: 'origin_refused' }])
    const asked = await fetch(`${server.url}/acme/origin`, { headers: foreign })
    expect([asked.status, await asked.json()]).toMatchObject([403, { error: { code: 'origin_refused' } }])
    expect((await fetch(`${server.url}/acme/origin`, { headers: { origin: ORIGIN } })).status).toBe(204)
  })

  it('[CN31] greets a visitor and an agent as described, over WebSocket and polling', async () => {
    const polled = await greetByPolling(server.url, '/visitor', greeting(), { origin: ORIGIN })
    for (const welcome of [(await visitor()).welcome, polled]) {
      expect(welcome).toEqual({
        identities: [expect.any(String)],
        site: { id: 'acme', name: 'Acme' },
        availability: 'away',
        conversations: [],
      })
    }
    const { welcome } = await agent()
    expect(Object.keys(welcome).toSorted()).toEqual(['agent', 'colleagues', 'sites'])
    expect(welcome.agent).toMatchObject({ role: 'admin', presence: 'online', connected: true, sight: 'all' })
    expect(welcome.sites).toContainEqual({ id: 'acme', name: 'Acme' })
  })

  it('[SC8] acts as the user whom the site has signed', async () => {
    const identity = signIdentity(site, { sub: 'u-1', name: 'Made' })
    const here = await visitor({ identity })
    expect(here.welcome.identities).toHaveLength(2)
    const { id } = await open(here, 'Here')
    const there = await visitor({ identity })
    expect(there.welcome.conversations).toEqual([{ id, n: 2, status: 'open', unread: 0 }])
    expect(there.welcome.identities[1]).not.toBe(here.welcome.identities[1])
  })
})

describe('section 3: requests', () => {
  it('[LG3] [LG4] [LG5] [LG6] appends, finds again, and repeats without effect', async () => {
    const client = await visitor()
    const { id, opening, first, ack } = await open(client, 'Hello')
    expect(id).toBe(opening.id)
    expect(ack.results.map(({ n }) => n)).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(ack.events).toMatchObject([
      { n: 1, kind: 'conversation.opened', id: opening.id, content: { page: { title: 'Home' } } },
      { n: 2, kind: 'message.posted', id: first.id, actor: { kind: 'visitor' }, content: { text: 'Hello' } },
    ])

    const repeat = await client.ask('commands', { commands: [opening, first] })
    expect(repeat).toMatchObject({ ok: true, stream: stream(id), results: ack.results, events: [] })
    const again = await client.ask('commands', { commands: [command('conversation.open'), post('More')] })
    expect(again).toMatchObject({ stream: stream(id), results: [{ ok: true }, { n: [3, 3] }] })
    expect(again.results[0]).not.toHaveProperty('n')

    const forged = await client.ask('commands', { stream: stream(id), commands: [post('Other words', first.id)] })
    expect(forged.results).toMatchObject([{ id: first.id, ok: false, error: { code: 'id_reused' } }])
    const close = command('conversation.close')
    const mixed = await client.ask('commands', { stream: stream(id), commands: [post('One'), close, post('Two')] })
    expect(mixed.results).toMatchObject([{ ok: true }, { id: close.id, ok: false, error: { code: 'forbidden' } }])
    expect((await client.ask('heads', {})).conversations).toEqual([{ id, n: 4, status: 'open', unread: 0 }])
  })

  it('[CN21] [CN22] [CN25] [TL3] syncs from any number, and tells who watches', async () => {
    const token = newToken()
    const [one, two] = [await visitor({ token }), await visitor({ token })]
    const { id } = await open(one, 'First')
    const snapshot = await two.ask('sync', { conversation: id, have: null })
    expect(snapshot).toMatchObject({
      ok: true,
      n: 2,
      marks: [],
      snapshot: { conversation: { id, seq: 2, publicSeq: 2, status: 'open', assignee: null }, hasOlder: false },
    })
    expect(snapshot.snapshot.items.map(({ n }) => n)).toEqual([1, 2])
    expect(await one.ask('sync', { conversation: id, have: 2 })).toMatchObject({ n: 2, events: [] })
    expect(await one.ask('sync', { conversation: id, have: 99 })).toHaveProperty('snapshot')

    // The sender has it in the ack; the other socket gets the packet.
    await one.ask('commands', { stream: stream(id), commands: [post('Second')] })
    expect(await two.packet('events')).toMatchObject([
      { conversation: id, events: [{ n: 3, content: { text: 'Second' } }] },
    ])
    expect(one.left('events')).toBe(0)

    // What only the team sees takes no number of the visitor's.
    const ayu = await agent()
    await one.ask('commands', {
      stream: stream(id),
      commands: [command('page.view', { page: { url: `${ORIGIN}/a` } })],
    })
    const seen = await ayu.ask('sync', { conversation: id, have: null })
    expect(seen.n).toBe(4)
    const answer = await ayu.ask('commands', { stream: stream(id), commands: [post('Answer')] })
    expect(answer.results).toMatchObject([{ ok: true, n: [5, 6] }])
    const [packet] = await two.packet('events', ([packet]) => packet?.events.at(-1)?.n === 5)
    expect(packet?.events.map(({ n, kind }) => [n, kind])).toEqual([
      [4, 'conversation.assigned'],
      [5, 'message.posted'],
    ])
    expect(packet?.people?.[ayu.welcome.agent.id]).toMatchObject({ kind: 'agent', online: true })
    const missed = await two.ask('sync', { conversation: id, have: 3 })
    expect(missed.events.map(({ n }) => n)).toEqual([4, 5])

    expect(await two.ask('unwatch', { conversation: id })).toEqual({ ok: true })
    await one.ask('commands', { stream: stream(id), commands: [post('Third')] })
    const hint = await two.packet('hint', ({ conversations }) => conversations[0]?.n === 6)
    expect(hint).toEqual({ conversations: [{ id, n: 6 }] })
    expect(two.left('events')).toBe(0)
  })

  it('[CN25] [ST6] pages items backwards, and gives a snapshot to who is more than 300 behind', async () => {
    const client = await visitor()
    const { id } = await open(client, 'Walking')
    for (let batch = 0; batch < 7; batch++) {
      const views = Array.from({ length: 50 }, (_, index) =>
        command('page.view', { page: { url: `${ORIGIN}/${batch}/${index}` } }),
      )
      expect((await client.ask('commands', { stream: stream(id), commands: views })).results).toHaveLength(50)
    }
    const ayu = await agent()
    const behind = await ayu.ask('sync', { conversation: id, have: 2 })
    expect(behind).toMatchObject({ n: 352, snapshot: { hasOlder: true } })
    expect(behind.snapshot.items).toHaveLength(50)
    expect((await ayu.ask('sync', { conversation: id, have: 52 })).events).toHaveLength(300)
    const older = await ayu.ask('items', { conversation: id, before: 303, limit: 10 })
    expect(older.items.map(({ n }) => n)).toEqual([293, 294, 295, 296, 297, 298, 299, 300, 301, 302])
    const oldest = await ayu.ask('items', { conversation: id, before: 3 })
    expect(oldest).toMatchObject({ items: [{ n: 1 }, { n: 2 }], hasOlder: false, people: expect.any(Object) })
  })

  it('[CN27] [CN28] [CN23] tells of read marks and typing, in the receiver’s numbering', async () => {
    const client = await visitor()
    const { id } = await open(client, 'Anybody?')
    await client.ask('commands', {
      stream: stream(id),
      commands: [command('page.view', { page: { url: `${ORIGIN}/b` } })],
    })
    await client.ask('sync', { conversation: id, have: 2 })
    const ayu = await agent()
    await ayu.ask('sync', { conversation: id, have: null })

    expect(await ayu.ask('read', { conversation: id, upTo: 3 })).toEqual({ ok: true })
    const reader = { kind: 'agent', id: ayu.welcome.agent.id }
    expect(await client.packet('marks')).toEqual({ conversation: id, marks: [{ reader, read: 2 }] })
    expect((await client.ask('sync', { conversation: id, have: 2 })).marks).toEqual([{ reader, read: 2 }])
    client.signal('typing', { conversation: id, typing: true })
    expect(await ayu.packet('typing')).toMatchObject({ conversation: id, who: { kind: 'visitor' }, typing: true })
    ayu.signal('typing', { conversation: id, typing: true })
    expect(await client.packet('typing')).toEqual({ conversation: id, who: reader, typing: true })

    await ayu.ask('commands', { stream: stream(id), commands: [post('Yes')] })
    expect((await client.ask('heads', {})).conversations).toMatchObject([{ id, unread: 1 }])
    await client.ask('read', { conversation: id, upTo: 4 })
    expect((await client.ask('heads', {})).conversations).toMatchObject([{ id, unread: 0 }])
  })

  it('[IN9] [LG12] lets an agent list, assign, close, reopen and take a break', async () => {
    const ayu = await agent()
    const client = await visitor()
    const { id } = await open(client, 'Help')
    expect((await ayu.packet('hint', ({ conversations }) => conversations[0]?.id === id)).conversations).toEqual([
      { id, n: 2 },
    ])
    const { rows, counts, more } = await ayu.ask('list', { list: 'unassigned', status: 'open', ids: [id] })
    expect(more).toBe(false)
    expect(Object.keys(counts).toSorted()).toEqual(['all', 'mine', 'unassigned'])
    expect(rows).toEqual([
      {
        id,
        n: 2,
        status: 'open',
        contact: { id: expect.any(String), name: expect.stringMatching(/^Visitor /) },
        site: 'acme',
        assignee: null,
        team: null,
        movedAt: expect.any(Number),
        waitingSince: expect.any(Number),
        last: { text: 'Help', at: expect.any(Number), direction: 'in' },
        unread: 1,
        online: true,
        page: { url: `${ORIGIN}/`, title: 'Home' },
        lastActiveAt: expect.any(Number),
      },
    ])
    const newest = await ayu.ask('list', { list: 'all', status: 'all', limit: 1 })
    expect(newest).toMatchObject({ rows: [{ id }], more: true })
    const next = await ayu.ask('list', {
      list: 'all',
      status: 'all',
      limit: 1,
      after: { movedAt: newest.rows[0]?.movedAt, id },
    })
    expect(next.rows[0]?.id).not.toBe(id)

    const me = ayu.welcome.agent.id
    const say = (...commands: object[]) => ayu.ask('commands', { stream: stream(id), commands })
    expect(await say(command('conversation.assign', { agent: me }))).toMatchObject({ results: [{ n: [3, 3] }] })
    const already = await say(command('conversation.assign', { agent: me }))
    expect([already.results[0]?.ok, already.results[0]?.n, already.events]).toEqual([true, undefined, []])
    expect((await say(command('conversation.assign', { agent: newUuid() }))).results).toMatchObject([
      { ok: false, error: { code: 'not_found' } },
    ])
    const acts = [
      command('conversation.close', { reason: 'done' }),
      command('conversation.reopen'),
      command('conversation.unassign'),
    ]
    expect((await say(...acts)).events.map(({ kind }) => kind)).toEqual([
      'conversation.closed',
      'conversation.reopened',
      'conversation.unassigned',
    ])

    const presence = (wanted: string) =>
      ayu.ask('commands', {
        stream: { kind: 'agent', id: me },
        commands: [command('agent.set-presence', { presence: wanted })],
      })
    expect(await presence('break')).toMatchObject({ ok: true, results: [{ ok: true }] })
    expect(await client.packet('presence', ({ availability }) => availability === 'away')).toEqual({
      availability: 'away',
    })
    await presence('online')
    expect(await client.packet('presence', ({ availability }) => availability === 'online')).toEqual({
      availability: 'online',
    })
  })
})

describe('section 3: after a cut', () => {
  it('[PR18] goes on where it was: what was not acked is sent again, what was missed is fetched', async () => {
    const token = newToken()
    const [before, other] = [await visitor({ token }), await visitor({ token })]
    const { id } = await open(before, 'Before')
    const unacked = post('On its way')
    const lost = before.ask('commands', { stream: stream(id), commands: [unacked] }).catch(() => null)
    before.cut()
    await lost
    await other.ask('commands', { stream: stream(id), commands: [post('Meanwhile')] })

    const after = await visitor({ token })
    const again = await after.ask('commands', { stream: stream(id), commands: [unacked] })
    expect(again.results).toMatchObject([{ id: unacked.id, ok: true, n: [expect.any(Number), expect.any(Number)] }])
    const { events } = await after.ask('sync', { conversation: id, have: 2 })
    expect(events.map(({ n }) => n)).toEqual([3, 4])
    expect(events.filter(({ id: command }) => command === unacked.id)).toHaveLength(1)
  })

  it('[PR18] finds everything that was acked after the server was killed', async () => {
    const token = newToken()
    const before = await visitor({ token })
    const { id, first } = await open(before, 'Durable')
    await server.kill()
    await before.gone
    await server.restart()
    const after = await visitor({ token })
    expect(after.welcome.conversations).toMatchObject([{ id, n: 2 }])
    const { snapshot } = await after.ask('sync', { conversation: id, have: null })
    expect(snapshot.items.at(-1)?.id).toBe(first.id)
  })
})

describe('section 6: errors', () => {
  it('[PR1] [CN26] [LG10] answers with the code, and names what does not fit', async () => {
    const [client, other] = [await visitor(), await visitor()]
    const { id } = await open(client, 'Mine')
    const error = async (from: ForeignClient, name: string, argument: unknown) => (await from.ask(name, argument)).error
    expect(await error(client, 'sync', { conversation: 'no-uuid', have: null })).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('conversation'),
    })
    expect(await error(client, 'nonsense', {})).toMatchObject({ code: 'unknown' })
    expect(await error(client, 'list', { list: 'all', status: 'all' })).toMatchObject({ code: 'forbidden' })
    expect(await error(client, 'commands', { commands: [post('Where to?')] })).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('stream'),
    })
    expect(await error(client, 'commands', { stream: stream(id), commands: [post('x'.repeat(4_001))] })).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('text'),
    })
    const theirs = await error(other, 'sync', { conversation: id, have: null })
    const nobodys = await error(other, 'sync', { conversation: newUuid(), have: null })
    expect([theirs, theirs?.code]).toEqual([nobodys, 'not_found'])
    const refused = await other.ask('commands', { stream: stream(id), commands: [post('Let me in')] })
    expect(refused.results).toMatchObject([{ ok: false, error: { code: 'not_found' } }])
  })

  it('[SC7] [CN30] names the time to wait, and goes on after it', async () => {
    const client = await visitor()
    const { id } = await open(client, 'One')
    const many = Array.from({ length: 12 }, (_, index) => post(`Number ${index}`))
    const ack = await client.ask('commands', { stream: stream(id), commands: many })
    const last = ack.results.at(-1)
    const none = await client.ask('commands', { stream: stream(id), commands: [post('Not even one')] })
    expect(none).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfter: expect.any(Number) } })
    expect([ack.results.length, last?.id]).toEqual([10, many[9]?.id])
    expect(last?.error).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
    // The time the server named is the only event there is to wait for.
    await new Promise((resolve) => setTimeout(resolve, last?.error?.retryAfter))
    const next = await client.ask('commands', { stream: stream(id), commands: [many[9]] })
    expect(next.results).toMatchObject([{ id: many[9]?.id, ok: true }])

    const flood = await Promise.all(Array.from({ length: 30 }, () => client.ask('heads', {})))
    expect(flood.find(({ ok }) => !ok)?.error).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
    expect(client.isOpen()).toBe(true)
  })

  it('[PR1] takes a batch of 50, and none of a larger one', async () => {
    const client = await visitor()
    const { id } = await open(client, 'Here')
    const views = Array.from({ length: 51 }, (_, index) =>
      command('page.view', { page: { url: `${ORIGIN}/${index}` } }),
    )
    const ack = await client.ask('commands', { stream: stream(id), commands: views })
    expect(ack).toMatchObject({ ok: false, error: { code: 'invalid', message: expect.stringContaining('commands') } })
  })

  it('[SC10] ends a connection that sends a frame over the limit', async () => {
    const client = await visitor()
    client.signal('heads', { padding: 'x'.repeat(70_000) })
    await client.gone
  })
})

describe('section 7: HTTP', () => {
  it('[SC13] [SC9] signs agents in and out, and tells their sockets', async () => {
    const refused = await fetch(`${server.url}/api/agent/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: server.admin.email, password: 'not this one' }),
    })
    expect([refused.status, await refused.json()]).toEqual([
      401,
      { error: { code: 'wrong_credentials', message: expect.any(String) } },
    ])
    const session = { cookie: await logIn(server.url, server.admin) }
    const me = await fetch(`${server.url}/api/agent/me`, { headers: session })
    expect(await me.json()).toMatchObject({ agent: { email: server.admin.email, role: 'admin' } })
    const ayu = await agent(session)
    expect((await fetch(`${server.url}/api/agent/logout`, { method: 'POST', headers: session })).status).toBe(204)
    expect(await ayu.packet('refused')).toMatchObject({ code: 'unauthenticated' })
    await ayu.gone
    const after = await fetch(`${server.url}/api/agent/me`, { headers: session })
    expect([after.status, await after.json()]).toEqual([
      401,
      { error: { code: 'unauthenticated', message: expect.any(String) } },
    ])
  })

  it('[OP10] [OP11] [OP12] serves the loader, the health and the figures', async () => {
    const loader = await fetch(`${server.url}/acme/widget.js`)
    const etag = loader.headers.get('etag') ?? ''
    expect([loader.status, loader.headers.get('cache-control')]).toEqual([200, 'public, max-age=300'])
    expect((await fetch(`${server.url}/acme/widget.js`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: 'ok' })
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('# TYPE ')
  })
})
