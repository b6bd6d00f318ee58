// Who may what, for real: every command, every request and every HTTP route, tried by every kind of actor against a
// running server, and compared with the committed matrix. What is in the code and not in the matrix fails.

import { readFileSync } from 'node:fs'
import { ERROR_CODES, RIGHTS, type Command, type CommandKind, type RequestName } from '@pendopo/protocol'
import { REQUESTS } from '@pendopo/protocol/schemas'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, open, ORIGIN, post, startTestServer, type TestServer } from '../testing/test-server.ts'

const ACTORS = ['none', 'visitor', 'foreign visitor', 'agent', 'foreign-team agent', 'admin'] as const
type Actor = (typeof ACTORS)[number]

/** `ok`, `closed` (the connection ends without an answer) or a code; for routes, the status or a code. */
const Outcomes = v.record(v.string(), v.strictObject(v.entriesFromList(ACTORS, v.union([v.string(), v.number()]))))
const MATRIX = v.parse(
  v.strictObject({ commands: Outcomes, requests: Outcomes, routes: Outcomes }),
  JSON.parse(readFileSync(new URL('../testing/rights-matrix.json', import.meta.url), 'utf8')),
)

let server: TestServer
let clients: Readonly<Record<Exclude<Actor, 'none'>, Awaited<ReturnType<TestServer['visitor' | 'agent']>>>>
let agentId: string
let cookies: Readonly<Record<string, string>>

const OPTIONS = {
  // What was built, or was not, makes no difference here.
  publicDir: '/nothing-is-built',
  limits: { requestsPerSecond: 1_000, postBurst: 1_000, newConversationsPerHour: 1_000, httpPerMinute: 1_000 },
}

beforeAll(async () => {
  server = await startTestServer(OPTIONS)
  const [visitor, foreign] = [await server.visitor(), await server.visitor()]
  const agent = await server.agent({ role: 'agent' })
  const stranger = await server.agent({ role: 'agent', sight: 'teams', teams: ['another'] })
  const admin = await server.agent({ role: 'admin' })
  agentId = agent.agent.id
  clients = { visitor, 'foreign visitor': foreign, agent, 'foreign-team agent': stranger, admin }
  cookies = { agent: agent.cookie, 'foreign-team agent': stranger.cookie, admin: admin.cookie }
}, 30_000)
afterAll(() => server.close())

/** A conversation of the visitor's, fresh: what one actor does to it does not help the next. */
async function conversationOf(): Promise<string> {
  const admin = clients.admin
  const { stream } = await clients.visitor.ask('commands', { commands: [open(), post('mine')] })
  await admin.ask('commands', { stream, commands: [{ id: newId(), kind: 'conversation.close', data: {} }] })
  const next = await clients.visitor.ask('commands', { commands: [open(), post('mine')] })
  return next.stream.id
}

/** What comes back to somebody who has joined nothing. */
async function byNobody(frame: string): Promise<string> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    headers: { origin: ORIGIN },
  })
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const text = String(data)
      if (text.startsWith('0')) socket.send(frame)
      else if (text.startsWith('43')) resolve(text)
    })
    socket.once('close', () => resolve('closed'))
  })
}

const codeOf = (answer: unknown): string => {
  const Reply = v.variant('ok', [
    v.object({
      ok: v.literal(true),
      results: v.optional(v.array(v.looseObject({ error: v.optional(v.object({ code: v.string() })) }))),
    }),
    v.object({ ok: v.literal(false), error: v.object({ code: v.string() }) }),
  ])
  const reply = v.parse(Reply, answer)
  return reply.ok ? (reply.results?.find(({ error }) => error !== undefined)?.error?.code ?? 'ok') : reply.error.code
}

async function outcome(actor: Actor, name: string, argument: unknown): Promise<string> {
  if (actor === 'none') return byNobody(`42/visitor,1${JSON.stringify([name, argument])}`)
  return codeOf(await clients[actor].raw(name, argument))
}

const COMMANDS: { readonly [Kind in CommandKind]: () => Extract<Command, { kind: Kind }>['data'] } = {
  'conversation.open': () => ({}),
  'message.post': () => ({ text: 'words' }),
  'page.view': () => ({ page: { url: `${ORIGIN}/elsewhere`, title: 'Elsewhere' } }),
  'conversation.assign': () => ({ agent: agentId }),
  'conversation.unassign': () => ({}),
  'conversation.close': () => ({}),
  'conversation.reopen': () => ({}),
  'content.erase': () => ({}),
  'address.give': () => ({ email: 'ana@example.com' }),
  'address.verify': () => ({ email: 'ana@example.com' }),
  'mail.plan': () => ({
    ...{ kind: 'reply', messages: [], upTo: 0, messageId: '<a@example.com>' },
    ...{ to: 'ana@example.com', subject: 'Hello' },
  }),
  'mail.delay': () => ({ limit: 'site', until: 1_700_000_000_000 }),
  'mail.settle': () => ({ mail: newId(), messages: [], outcome: 'sent' }),
  'mail.receive': () => ({
    ...{ identity: newId(), text: 'words', mail: {}, messageId: '<a@example.com>', verified: true },
  }),
  'mail.hold': () => ({
    identity: newId(),
    text: 'words',
    mail: {},
    messageId: '<a@example.com>',
    why: 'no signature',
  }),
  'mail.stop': () => ({}),
  'mail.rule': () => ({ held: newId(), accepted: true }),
  'mail.transcript': () => ({}),
  'agent.set-presence': () => ({ presence: 'break' }),
}

const ARGUMENTS: { readonly [Name in Exclude<RequestName, 'commands'>]: (conversation: string) => object } = {
  sync: (conversation) => ({ conversation, have: null }),
  unwatch: (conversation) => ({ conversation }),
  items: (conversation) => ({ conversation, before: 9 }),
  read: (conversation) => ({ conversation, upTo: 1 }),
  heads: () => ({}),
  logout: () => ({}),
  list: () => ({ list: 'all', status: 'open' }),
  'file-urls': (conversation) => ({ conversation, files: ['0'.repeat(32)] }),
  typing: (conversation) => ({ conversation, typing: true }),
}

const ROUTES = {
  sample: (path: string) =>
    path
      .replace(':site', 'acme')
      .replace(':path{.+}', 'nothing.js')
      .replace(':id{[0-9a-f]+}', '0'.repeat(32))
      .replace(/:loader\{.+\}/, `widget.${'0'.repeat(27)}.js`)
      .replace('*', 'nothing.js'),
  headers: (actor: Actor): Record<string, string> => {
    const cookie = cookies[actor]
    if (cookie !== undefined) return { cookie, origin: server.url }
    const token = actor === 'none' ? undefined : (clients[actor] as { token?: string }).token
    return { origin: ORIGIN, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  },
}

/** By command and by actor, as the server does it now. */
async function matrixOf(names: readonly string[], ask: (name: string, actor: Actor) => Promise<string | number>) {
  const matrix: Record<string, Record<string, string | number>> = {}
  for (const name of names) {
    const row: Record<string, string | number> = {}
    for (const actor of ACTORS) row[actor] = await ask(name, actor)
    matrix[name] = row
  }
  return matrix
}

/** Those that end what the others need come last. */
const lastOf = (names: readonly string[], last: RegExp) =>
  names.toSorted((a, b) => Number(last.test(a)) - Number(last.test(b)))

describe('who may what', () => {
  it('[SC32] every code of the matrix is one', () => {
    for (const row of [...Object.values(MATRIX.commands), ...Object.values(MATRIX.requests)])
      for (const code of Object.values(row)) expect(['ok', 'closed', ...Object.keys(ERROR_CODES)]).toContain(code)
  })

  it('[SC32, PR8] every command, by every actor, on a visitor’s conversation', async () => {
    const kinds = Object.keys(RIGHTS) as CommandKind[]
    const actual = await matrixOf(kinds, async (kind, actor) => {
      const stream =
        kind === 'agent.set-presence'
          ? { kind: 'agent', id: agentId }
          : { kind: 'conversation', id: await conversationOf() }
      const command = { id: newId(), kind, data: COMMANDS[kind as CommandKind]() }
      return outcome(actor, 'commands', { stream, commands: [command] })
    })
    expect(actual).toEqual(MATRIX.commands)
  }, 60_000)

  it('[SC32] every HTTP route, by every actor', async () => {
    const actual = await matrixOf(lastOf(server.pendopo.routes, /logout|password/), async (route, actor) => {
      const [method = '', path = ''] = route.split(' ')
      // Signing out for real would change who the actor is; a wrong password is enough to see who is asked for one.
      if (/logout|password/.test(path) && cookies[actor] !== undefined)
        cookies = { ...cookies, [actor]: await freshCookie(actor) }
      const response = await fetch(`${server.url}${ROUTES.sample(path)}`, {
        method,
        headers: { ...ROUTES.headers(actor), 'content-type': 'application/json' },
        redirect: 'manual',
        ...(method === 'POST' && { body: JSON.stringify({ current: 'not mine', next: 'a long enough one' }) }),
      })
      const body: unknown = await response.json().catch(() => null)
      const refusal = v.safeParse(v.object({ error: v.object({ code: v.string() }) }), body)
      return refusal.success ? refusal.output.error.code : response.status
    })
    expect(actual).toEqual(MATRIX.routes)
  }, 60_000)

  it('[SC32, CN26] every request, by every actor, about a visitor’s conversation', async () => {
    const names = lastOf(
      Object.keys(REQUESTS).filter((name) => name !== 'commands'),
      /logout/,
    )
    const actual = await matrixOf(names, async (name, actor) => {
      const conversation = name === 'logout' ? '' : await conversationOf()
      return outcome(actor, name, ARGUMENTS[name as keyof typeof ARGUMENTS](conversation))
    })
    expect(actual).toEqual(MATRIX.requests)
  }, 60_000)
})

/** A session to end, of somebody like this actor. */
async function freshCookie(actor: Actor): Promise<string> {
  const other = await server.agent({ role: actor === 'admin' ? 'admin' : 'agent' })
  other.close()
  return other.cookie
}
