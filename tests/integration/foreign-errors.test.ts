// Every error code of docs/protocol.md, provoked for real and survived as the document's table says, by a client that
// has nothing but the document. A code that is added to the table fails here until somebody provokes it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_CODES } from '@pendopo/protocol'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  command,
  connect,
  logIn,
  newToken,
  newUuid,
  post,
  Refused,
  type ForeignClient,
  type Reply,
  type WireError,
} from '../support/foreign-client.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'

const ORIGIN = 'https://acme.example'
const DOCUMENT = new URL('../../docs/protocol.md', import.meta.url)
/** More than a process takes of those that have not said who they are (section 8). */
const STRANGERS = 210

/** In the table for what is to come: nothing that a client can send leads to them yet. */
const NOT_SENT_YET = ['conflict']

let server: TestServer
let site: Awaited<ReturnType<typeof addSite>>
const clients: ForeignClient[] = []

beforeAll(async () => {
  server = await startServer()
  site = await addSite(server, 'Acme', ORIGIN)
})
afterEach(() => clients.splice(0).forEach((client) => client.close()))
afterAll(() => server?.close())

const stream = (id: string) => ({ kind: 'conversation', id })
const visitorAuth = (over: object = {}) => ({ version: 1, site: site.id, token: newToken(), ...over })

async function keep(connecting: Promise<ForeignClient>): Promise<ForeignClient> {
  const client = await connecting
  clients.push(client)
  return client
}

const visitor = (over: object = {}, headers: Record<string, string> = { origin: ORIGIN }) =>
  keep(connect(server.url, '/visitor', visitorAuth(over), headers))
const agent = async () =>
  keep(connect(server.url, '/agent', { version: 1 }, { cookie: await logIn(server.url, server.admin) }))

/** One side of the table: somebody who is connected, with a conversation to write to. */
interface Side {
  readonly client: ForeignClient
  readonly conversation: string
  again(): Promise<ForeignClient>
}

async function visitorSide(): Promise<Side> {
  const token = newToken()
  const again = () => visitor({ token })
  const client = await again()
  const opened = await client.ask('commands', { commands: [command('conversation.open'), post('Hello')] })
  return { client, conversation: opened.stream.id, again }
}

async function agentSide(): Promise<Side> {
  const { conversation } = await visitorSide()
  const cookie = await logIn(server.url, server.admin)
  const again = () => keep(connect(server.url, '/agent', { version: 1 }, { cookie }))
  return { client: await again(), conversation, again }
}

/** The error of a reply, or of the first result that failed. */
const errorOf = ({ error, results = [] }: Reply): WireError | undefined => error ?? results.find(({ ok }) => !ok)?.error

const send = ({ conversation }: Side, client: ForeignClient, message: ReturnType<typeof post>) =>
  client.ask('commands', { stream: stream(conversation), commands: [message] })

/** What the server named, or a client's own pause: there is no event to wait for. */
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Sends until it is stored, as the table says: the same command with the same id, after the time that was named. */
async function sendSurely(side: Side, client: ForeignClient, message: ReturnType<typeof post>): Promise<void> {
  for (let tries = 0; tries < 30; tries++) {
    const reply = await send(side, client, message)
    const error = errorOf(reply)
    if (error === undefined) return expect(reply.results).toMatchObject([{ id: message.id, ok: true }])
    if (!['rate_limited', 'overloaded', 'unavailable', 'internal'].includes(error.code)) throw new Refused(error)
    await wait(error.retryAfter ?? 100)
  }
  throw new Error('the server did not recover')
}

/** The message is in the log, once. */
async function expectOnce({ conversation }: Side, client: ForeignClient, id: string): Promise<void> {
  const { snapshot } = await client.ask('sync', { conversation, have: null })
  expect(snapshot.items.filter((item) => item.kind === 'message.posted' && item.id === id)).toHaveLength(1)
}

const refused = (connecting: Promise<unknown>): Promise<WireError> =>
  connecting.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => (error instanceof Refused ? error.error : Promise.reject(error as Error)),
  )

/** An answer over HTTP, as its error. */
async function httpError(path: string, body: unknown): Promise<WireError> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return ((await response.json()) as { readonly error: WireError }).error
}

/** Where a side leads to an error, the same connection goes on. */
const onBoth = (provoke: (side: Side) => Promise<Reply>) => async () => {
  const codes: string[] = []
  for (const open of [visitorSide, agentSide]) {
    const side = await open()
    codes.push(errorOf(await provoke(side))?.code ?? 'none')
    const message = post('And on')
    await sendSurely(side, side.client, message)
    await expectOnce(side, side.client, message.id)
  }
  return codes
}

/** Where connecting leads to an error, connecting as one should works. */
const onConnecting =
  (...attempts: (() => Promise<unknown>)[]) =>
  async () => {
    const codes: string[] = []
    for (const attempt of attempts) codes.push((await refused(attempt())).code)
    await visitor()
    await agent()
    return codes
  }

/** A fault of the database that lasts until it is undone; the same command is stored then, once. */
const onFault = (begin: () => () => void, provoke: (side: Side) => Promise<Reply>) => async () => {
  const codes: string[] = []
  for (const open of [visitorSide, agentSide]) {
    const side = await open()
    const end = begin()
    const failed = await provoke(side)
    end()
    codes.push(errorOf(failed)?.code ?? 'none')
    const message = post('After it')
    await sendSurely(side, side.client, message)
    await expectOnce(side, side.client, message.id)
  }
  return codes
}

const database = () => new Database(join(server.folder, 'pendopo.db'))

/** How each code comes about; every one of the resulting codes is to be the one it stands at. */
const PROVOCATIONS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  invalid: onBoth(({ client }) => client.ask('sync', { conversation: 'no-uuid', have: null })),
  unknown: onBoth(({ client }) => client.ask('nonsense', {})),
  too_large: async () => {
    const body = { email: 'x'.repeat(70_000), password: '' }
    const { code } = await httpError('/api/agent/login', body)
    await agent()
    return [code]
  },
  forbidden: onBoth(({ client, conversation }) =>
    client.welcome.agent === undefined
      ? client.ask('list', { list: 'all', status: 'all' })
      : client.ask('commands', { stream: stream(conversation), commands: [command('conversation.open')] }),
  ),
  not_found: onBoth(({ client }) => client.ask('sync', { conversation: newUuid(), have: null })),
  id_reused: onBoth(async (side) => {
    const first = post('One')
    await sendSurely(side, side.client, first)
    return send(side, side.client, post('Another', first.id))
  }),
  origin_refused: onConnecting(
    () => visitor({}, {}),
    () => visitor({}, { origin: 'https://evil.example' }),
    async () =>
      connect(server.url, '/agent', { version: 1 }, { cookie: await logIn(server.url, server.admin), origin: ORIGIN }),
  ),
  unauthenticated: onConnecting(
    () => visitor({ identity: 'no.jwt.atall' }),
    () => connect(server.url, '/agent', { version: 1 }),
  ),
  unsupported_type: async () => {
    const token = newToken()
    const upload = async (name: string) => {
      const response = await fetch(`${server.url}/${site.id}/files?name=${name}`, {
        method: 'POST',
        headers: { origin: ORIGIN, authorization: `Bearer ${token}` },
        body: 'Good morning',
      })
      return (await response.json()) as { readonly error?: WireError; readonly file?: { readonly name: string } }
    }
    const refused = [await upload('program.exe'), await upload('picture.png')]
    expect((await upload('note.txt')).file?.name).toBe('note.txt')
    return refused.map(({ error }) => error?.code ?? 'none')
  },
  wrong_credentials: async () => {
    const { code } = await httpError('/api/agent/login', { email: server.admin.email, password: 'not this one' })
    await agent()
    return [code]
  },
  rate_limited: onBoth(async (side) => {
    const many = Array.from({ length: 40 }, (_, index) => post(`Number ${index}`))
    return side.client.ask('commands', { stream: stream(side.conversation), commands: many })
  }),
  unavailable: onFault(
    () => {
      // Another process writes, for longer than ours waits.
      const other = database()
      other.exec('BEGIN IMMEDIATE')
      return () => {
        other.exec('ROLLBACK')
        other.close()
      }
    },
    (side) => send(side, side.client, post('Not now')),
  ),
  internal: onFault(
    () => {
      const other = database()
      other.exec('ALTER TABLE mark RENAME TO mark_away')
      return () => {
        other.exec('ALTER TABLE mark_away RENAME TO mark')
        other.close()
      }
    },
    ({ client, conversation }) => client.ask('read', { conversation, upTo: 1 }),
  ),
  upgrade: onConnecting(
    () => visitor({ version: 99 }),
    async () => connect(server.url, '/agent', { version: 99 }, { cookie: await logIn(server.url, server.admin) }),
  ),
  overloaded: async () => {
    // Too many who do not say who they are: the next is sent away, until those are.
    const strangers = Array.from({ length: STRANGERS }, () => {
      const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, {
        headers: { origin: ORIGIN },
      })
      socket.on('error', () => undefined)
      return socket
    })
    const opened = await Promise.all(
      strangers.map(
        (socket) => new Promise((resolve) => socket.once('open', resolve).once('unexpected-response', resolve)),
      ),
    )
    expect(opened).toHaveLength(STRANGERS)
    const { code } = await refused(visitor())
    for (const socket of strangers) socket.terminate()
    const codes = [code]

    // A server that stops says so to everybody; what was stored before is there on the next.
    for (const open of [visitorSide, agentSide]) {
      const side = await open()
      const message = post('Before the end')
      await sendSurely(side, side.client, message)
      await server.stop()
      const goodbye = await side.client.packet('refused')
      await side.client.gone
      await server.restart()
      await wait(goodbye.retryAfter ?? 0)
      await expectOnce(side, await side.again(), message.id)
      codes.push(goodbye.code)
    }
    return codes
  },
}

/** The table of section 6. */
const documented = [
  ...readFileSync(DOCUMENT, 'utf8').matchAll(/^\| `([a-z_]+)` \| (?:give up|sign in|retry|reload)/gm),
].map(([, code = '']) => code)

describe('every error code', () => {
  it('[PR18] [PR9] stands in the document, and has its provocation here', () => {
    expect(documented.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted())
    expect([...Object.keys(PROVOCATIONS), ...NOT_SENT_YET].toSorted()).toEqual(documented.toSorted())
  })

  it.each(Object.keys(PROVOCATIONS))('[PR18] `%s` is provoked, and survived', async (code) => {
    const codes = (await PROVOCATIONS[code]?.()) ?? []
    expect(codes.length).toBeGreaterThan(0)
    expect([...new Set(codes)]).toEqual([code])
  })
})
