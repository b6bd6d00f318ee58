// What a client may rely on, whoever answers: the server, and the fake one that developers test their chat against. Runs
// over the SDK's transport; every packet and every answer is held against the schemas of the wire.

import {
  PROTOCOL_VERSION,
  uuidv7,
  type Answer,
  type Command,
  type Packets,
  type RequestName,
  type RequestOf,
  type WireError,
} from '@pendopo/protocol'
import { AgentWelcome, PACKETS, REQUESTS, VisitorWelcome } from '@pendopo/protocol/schemas'
import type { createSocketIoTransport } from '@pendopo/sdk/testing'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

type Transport = ReturnType<typeof createSocketIoTransport>

/** A server with one site and an agent who sees everything. */
export interface GatewayPlace {
  readonly server: string
  /** What visitors say of themselves beside their token. */
  readonly visitorAuth: Readonly<Record<string, unknown>>
  readonly visitor: Transport
  readonly agent: Transport
  close(): Promise<void>
}

/** Longer than any answer should need on a busy machine. */
const PATIENCE_MS = 10_000

const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)
const newId = () => uuidv7(Date.now(), random)
const newToken = () => Buffer.from(random(new Uint8Array(32))).toString('base64url')
const open = (): Command => ({
  id: newId(),
  kind: 'conversation.open',
  data: { page: { url: 'https://acme.example/' } },
})
const post = (text: string): Command => ({ id: newId(), kind: 'message.post', data: { text } })
const view = (path: string): Command => ({
  id: newId(),
  kind: 'page.view',
  data: { page: { url: `https://acme.example/${path}` } },
})
const streamOf = (id: string) => ({ kind: 'conversation', id }) as const

type Received = Packets<unknown>
const isPacket = (name: string): name is keyof typeof PACKETS => Object.hasOwn(PACKETS, name)

class Client {
  readonly #packets: { readonly name: string; readonly packet: unknown }[] = []
  readonly #listeners = new Set<() => void>()
  readonly #connection: ReturnType<Transport['connect']>
  readonly up: Promise<void>

  constructor(transport: Transport, server: string, namespace: '/visitor' | '/agent', auth: Record<string, unknown>) {
    let isUp = (): void => undefined
    let isDown = (_error: Error): void => undefined
    this.up = new Promise((resolve, reject) => {
      isUp = resolve
      isDown = reject
    })
    this.#connection = transport.connect(
      { server, namespace, auth: { version: PROTOCOL_VERSION, ...auth } },
      {
        onUp: () => isUp(),
        onDown: ({ reason, error }) => isDown(Object.assign(new Error(`the connection is ${reason}`), error)),
        onPacket: (name, packet) => {
          if (isPacket(name)) v.parse(PACKETS[name], packet)
          this.#packets.push({ name, packet })
          for (const look of this.#listeners) look()
        },
      },
    )
  }

  /** The ack as it came. */
  raw(name: string, argument: unknown): Promise<unknown> {
    return this.#connection.request(name as RequestName, argument, PATIENCE_MS)
  }

  async ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Answer<Name>> {
    const answer = await this.raw(name, request)
    const { reply } = REQUESTS[name]
    if (reply !== undefined) v.parse(reply, answer)
    expect(answer).toMatchObject({ ok: true })
    return answer as Answer<Name>
  }

  async refusal(name: string, argument: unknown): Promise<WireError> {
    const answer = await this.raw(name, argument)
    expect(answer).toMatchObject({ ok: false, error: { code: expect.any(String), message: expect.any(String) } })
    return (answer as { readonly error: WireError }).error
  }

  signal(name: RequestName, argument: unknown): void {
    this.#connection.signal(name, argument)
  }

  /** The next packet of this name that fits, from among those that came and those to come. */
  next<Name extends keyof Received>(name: Name, fits: (packet: Received[Name]) => boolean = () => true) {
    return new Promise<Received[Name]>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no such packet "${name}"; left: ${JSON.stringify(this.#packets)}`)),
        PATIENCE_MS,
      )
      const look = (): void => {
        const index = this.#packets.findIndex((one) => one.name === name && fits(one.packet as Received[Name]))
        if (index === -1) return
        clearTimeout(timer)
        this.#listeners.delete(look)
        resolve(this.#packets.splice(index, 1)[0]?.packet as Received[Name])
      }
      this.#listeners.add(look)
      look()
    })
  }

  /** How many packets of a name came that nobody waited for. */
  left(name: keyof Received): number {
    return this.#packets.filter((one) => one.name === name).length
  }

  close(): void {
    this.#connection.close()
  }
}

export function gatewayContract(name: string, start: () => Promise<GatewayPlace>): void {
  describe(`[PK5] the gateway contract: ${name}`, () => {
    let place: GatewayPlace
    const clients: Client[] = []
    beforeAll(async () => {
      place = await start()
    })
    afterEach(() => {
      for (const client of clients.splice(0)) client.close()
    })
    afterAll(() => place.close())

    async function connected(client: Client): Promise<Client> {
      clients.push(client)
      await client.up
      return client
    }
    const visitor = (token = newToken()) =>
      connected(new Client(place.visitor, place.server, '/visitor', { ...place.visitorAuth, token }))
    const agent = () => connected(new Client(place.agent, place.server, '/agent', {}))

    /** A visitor with a conversation of one message. */
    async function talking(token?: string) {
      const client = await visitor(token)
      const commands = [open(), post('Hello')]
      const answer = await client.ask('commands', { commands })
      return { visitor: client, commands, answer, conversation: answer.stream.id }
    }

    describe('commands', () => {
      it('[CN20] answer with the numbers and the events, and the sender gets no packet for them', async () => {
        const { visitor, commands, answer, conversation } = await talking()
        expect(answer.results).toMatchObject([
          { id: commands[0]?.id, ok: true, n: [1, 1], at: expect.any(Number) },
          { id: commands[1]?.id, ok: true, n: [2, 2], at: expect.any(Number) },
        ])
        expect(answer.events.map(({ n, kind }) => [n, kind])).toEqual([
          [1, 'conversation.opened'],
          [2, 'message.posted'],
        ])
        await visitor.ask('sync', { conversation, have: 2 })
        await visitor.ask('commands', { stream: streamOf(conversation), commands: [post('Again')] })
        expect(visitor.left('events')).toBe(0)
      })

      it('[LG3] repeated give the first result and append nothing', async () => {
        const { visitor, commands, answer, conversation } = await talking()
        const repeated = await visitor.ask('commands', { commands })
        expect(repeated.stream).toEqual(answer.stream)
        expect(repeated.results).toEqual(answer.results)
        expect(repeated.events).toEqual([])
        expect((await visitor.ask('sync', { conversation, have: null })).n).toBe(2)
      })

      it('[LG4] under a used id with other words, or by somebody else, are refused', async () => {
        const { visitor, commands, conversation } = await talking()
        const other = await talking()
        const id = commands[1]?.id ?? ''
        const refused = { ok: false, error: { code: 'id_reused' } }
        const changed = { stream: streamOf(conversation), commands: [{ ...post('Changed'), id }] }
        expect((await visitor.ask('commands', changed)).results).toMatchObject([refused])
        const theirs = { stream: streamOf(other.conversation), commands: [{ ...post('Hello'), id }] }
        expect((await other.visitor.ask('commands', theirs)).results).toMatchObject([refused])
      })

      it('[LG5] store a prefix: results end with the first failure', async () => {
        const { visitor, conversation } = await talking()
        const close: Command = { id: newId(), kind: 'conversation.close', data: {} }
        const { results } = await visitor.ask('commands', {
          stream: streamOf(conversation),
          commands: [post('Stored'), close, post('Not tried')],
        })
        expect(results.map(({ ok }) => ok)).toEqual([true, false])
        expect(results[1]).toMatchObject({ error: { code: 'forbidden' } })
        expect((await visitor.ask('sync', { conversation, have: null })).n).toBe(3)
      })
    })

    describe('errors', () => {
      it('[CN26] a conversation of others is not told from one that is not there', async () => {
        const { conversation } = await talking()
        const stranger = await visitor()
        for (const id of [conversation, newId()]) {
          expect((await stranger.refusal('sync', { conversation: id, have: null })).code).toBe('not_found')
          expect((await stranger.refusal('items', { conversation: id, before: 9 })).code).toBe('not_found')
          expect((await stranger.refusal('read', { conversation: id, upTo: 1 })).code).toBe('not_found')
          const { results } = await stranger.ask('commands', { stream: streamOf(id), commands: [post('Mine?')] })
          expect(results).toMatchObject([{ ok: false, error: { code: 'not_found' } }])
        }
      })

      it('[PR1] what does not fit its schema is invalid, and the message names the field', async () => {
        const client = await visitor()
        const error = await client.refusal('sync', { conversation: 'x', have: null })
        expect(error.code).toBe('invalid')
        expect(error.message).toContain('conversation')
        expect((await client.refusal('commands', { commands: [] })).code).toBe('invalid')
        expect((await client.refusal('commands', { commands: [post('x'.repeat(4_001))] })).code).toBe('invalid')
      })

      it('[PR9] a request nobody knows, or one of the other side, is refused by name', async () => {
        const [client, colleague] = [await visitor(), await agent()]
        expect((await client.refusal('no-such-request', {})).code).toBe('unknown')
        expect((await client.refusal('list', { list: 'all' })).code).toBe('forbidden')
        expect((await colleague.refusal('heads', {})).code).toBe('forbidden')
      })
    })

    describe('sync and items', () => {
      it('[CN25] what came after, nothing where there is nothing, and a snapshot for who has none or too much', async () => {
        const { visitor, conversation } = await talking()
        const after = await visitor.ask('sync', { conversation, have: 1 })
        expect([after.n, after.events?.map(({ n }) => n), after.snapshot]).toEqual([2, [2], undefined])
        expect((await visitor.ask('sync', { conversation, have: 2 })).events).toEqual([])
        for (const have of [null, 99]) {
          const { n, events, snapshot } = await visitor.ask('sync', { conversation, have })
          expect([n, events, snapshot?.hasOlder]).toEqual([2, undefined, false])
          expect(snapshot?.items.map(({ kind }) => kind)).toEqual(['conversation.opened', 'message.posted'])
          expect(snapshot?.conversation).toMatchObject({ id: conversation, seq: 2, publicSeq: 2, contact: '' })
        }
      })

      it('[CN21] each side counts what it may see', async () => {
        const { visitor, conversation } = await talking()
        const [other, colleague] = [await agent(), await agent()]
        await other.ask('sync', { conversation, have: null })
        const commands = [view('next'), post('Second')]
        const { results } = await visitor.ask('commands', { stream: streamOf(conversation), commands })
        expect(results.map((result) => result.ok && result.n)).toEqual([undefined, [3, 3]])
        const [entry] = await other.next('events', (packet) => packet.some((one) => one.conversation === conversation))
        expect(entry?.events.map(({ n, kind }) => [n, kind])).toEqual([
          [3, 'page.changed'],
          [4, 'message.posted'],
        ])
        const { n, snapshot } = await colleague.ask('sync', { conversation, have: null })
        expect([n, snapshot?.conversation.publicSeq]).toEqual([4, 3])
      })

      it('[ST6] older items come in pages that meet, oldest first', async () => {
        const { visitor, conversation } = await talking()
        const commands = ['a', 'b', 'c', 'd'].map(post)
        await visitor.ask('commands', { stream: streamOf(conversation), commands })
        const newer = await visitor.ask('items', { conversation, before: 7, limit: 4 })
        const older = await visitor.ask('items', { conversation, before: 3, limit: 4 })
        expect([newer.items.map(({ n }) => n), newer.hasOlder]).toEqual([[3, 4, 5, 6], true])
        expect([older.items.map(({ n }) => n), older.hasOlder]).toEqual([[1, 2], false])
      })
    })

    describe('marks', () => {
      it('[CN27] reach those who watch, and never go back', async () => {
        const { visitor, conversation } = await talking()
        const colleague = await agent()
        await colleague.ask('sync', { conversation, have: null })
        await visitor.ask('sync', { conversation, have: 2 })
        await colleague.ask('read', { conversation, upTo: 2 })
        const packet = await visitor.next('marks')
        expect(packet).toMatchObject({ conversation, marks: [{ reader: { kind: 'agent' }, read: 2 }] })
        await colleague.ask('read', { conversation, upTo: 1 })
        expect((await visitor.ask('sync', { conversation, have: 2 })).marks).toMatchObject([{ read: 2 }])
        expect(visitor.left('marks')).toBe(0)
      })
    })

    describe('heads and hints', () => {
      it('[CN23] who does not watch is told the number they count to, and what is unread', async () => {
        const token = newToken()
        const { conversation } = await talking(token)
        const other = await visitor(token)
        const { conversations } = v.parse(VisitorWelcome, await other.next('welcome'))
        expect(conversations).toEqual([{ id: conversation, n: 2, status: 'open', unread: 0 }])
        const colleague = await agent()
        await colleague.ask('commands', { stream: streamOf(conversation), commands: [post('Good day')] })
        const hint = await other.next('hint')
        const heads = await other.ask('heads', {})
        expect(hint).toEqual({ conversations: [{ id: conversation, n: heads.conversations[0]?.n }] })
        expect(heads.conversations).toMatchObject([{ id: conversation, status: 'open', unread: 1 }])
      })
    })

    describe('presence', () => {
      it('[CN35] a visitor is told when the agent in their conversation takes a break, comes back and goes', async () => {
        const { visitor, conversation } = await talking()
        await visitor.ask('sync', { conversation, have: 2 })
        const colleague = await agent()
        const { id } = v.parse(AgentWelcome, await colleague.next('welcome')).agent
        await colleague.ask('commands', { stream: streamOf(conversation), commands: [post('Good day')] })
        const [answered] = await visitor.next('events')
        expect(answered?.people?.[id]).toMatchObject({ kind: 'agent', online: true })
        const told = (online: boolean) =>
          visitor.next('presence', ({ people }) => people?.[id]?.kind === 'agent' && people[id].online === online)
        const set = (presence: 'online' | 'break') =>
          colleague.ask('commands', {
            stream: { kind: 'agent', id },
            commands: [{ id: newId(), kind: 'agent.set-presence', data: { presence } }],
          })
        await set('break')
        await told(false)
        await set('online')
        await told(true)
        colleague.close()
        await told(false)
      })
    })

    describe('lists', () => {
      it('[ST9] show the conversation that moved last at the top, with its words, unread until they are read', async () => {
        const { conversation } = await talking()
        const colleague = await agent()
        const list = () => colleague.ask('list', { list: 'all', status: 'open' })
        const before = await list()
        expect(before.rows[0]).toMatchObject({
          id: conversation,
          n: 2,
          unread: 1,
          assignee: null,
          online: true,
          last: { text: 'Hello', direction: 'in' },
        })
        await colleague.ask('read', { conversation, upTo: 2 })
        expect((await list()).rows[0]).toMatchObject({ id: conversation, unread: 0 })
        await colleague.ask('commands', { stream: streamOf(conversation), commands: [post('Good day')] })
        const after = await list()
        expect(after.rows[0]).toMatchObject({ id: conversation, last: { text: 'Good day', direction: 'out' } })
        expect(after.counts.mine).toBe(before.counts.mine + 1)
        expect(after.counts.unassigned).toBe(before.counts.unassigned - 1)
      })
    })

    describe('typing', () => {
      it('[CN28] passes between those who watch, and not to who has stopped', async () => {
        const { visitor, conversation } = await talking()
        const [colleague, gone] = [await agent(), await agent()]
        await colleague.ask('sync', { conversation, have: null })
        await gone.ask('sync', { conversation, have: null })
        await gone.ask('unwatch', { conversation })
        // Not watching yet: heard by nobody.
        visitor.signal('typing', { conversation, typing: true })
        await visitor.ask('sync', { conversation, have: 2 })
        visitor.signal('typing', { conversation, typing: true })
        expect(await colleague.next('typing')).toMatchObject({ conversation, typing: true, who: { kind: 'visitor' } })
        await visitor.ask('commands', { stream: streamOf(conversation), commands: [post('Done')] })
        await colleague.next('events', (packet) => packet.some((one) => one.conversation === conversation))
        await gone.next('hint', ({ conversations }) =>
          conversations.some(({ id, n }) => id === conversation && n === 3),
        )
        expect([colleague.left('typing'), gone.left('typing'), gone.left('events')]).toEqual([0, 0, 0])
      })
    })
  })
}
