// A whole server on a free port with a database in a temporary folder, and clients on plain socket.io.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  PROTOCOL_VERSION,
  uuidv7,
  type Answer,
  type Command,
  type Packets,
  type RequestName,
  type RequestOf,
  type VisitorWelcome,
  type WireError,
} from '@pendopo/protocol'
import { PACKETS, REQUESTS } from '@pendopo/protocol/schemas'
import { pino } from 'pino'
import { io, type Socket } from 'socket.io-client'
import * as v from 'valibot'
import { createPendopo } from '../create-pendopo.ts'
import type { AddAgent } from '../installation.ts'
import type { PendopoOptions } from '../options.ts'

export const ORIGIN = 'https://acme.example'

export const newId = (): string => uuidv7(Date.now(), (bytes) => crypto.getRandomValues(bytes))
export const newToken = (): string => randomBytes(32).toString('base64url')
export const open = (): Command => ({
  id: newId(),
  kind: 'conversation.open',
  data: { page: { url: `${ORIGIN}/`, title: 'Acme' } },
})
export const post = (text: string): Command => ({ id: newId(), kind: 'message.post', data: { text } })

/** A socket with its packets kept and its requests checked against the schemas of the wire. */
export interface TestClient {
  readonly socket: Socket
  /** Packets that nobody has waited for yet. */
  readonly inbox: { readonly name: string; readonly packet: unknown }[]
  /** The next packet of this name, past or to come. */
  next<Name extends keyof typeof PACKETS>(
    name: Name,
    matches?: (packet: Packets<unknown>[Name]) => boolean,
  ): Promise<Packets<unknown>[Name]>
  /** The ack as it came. */
  raw(name: string, ...args: unknown[]): Promise<unknown>
  ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Answer<Name>>
  refusal<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<WireError>
  close(): void
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>

/** Starts a server with the site `acme`, or with the one that its database has. */
export async function startTestServer(options: Partial<PendopoOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pendopo-server-'))
  const pendopo = await createPendopo({
    database: `file:${join(folder, 'pendopo.db')}`,
    logger: pino({ level: 'silent' }),
    ...options,
  })
  const { port, server } = await pendopo.listen(0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const base = options.basePath ?? ''
  const [present] = await pendopo.sites()
  const site = present ?? (await pendopo.addSite({ name: 'Acme', origins: [ORIGIN] }))
  const clients: TestClient[] = []

  async function connect(
    namespace: '/visitor' | '/agent',
    auth: object,
    headers: Record<string, string>,
  ): Promise<TestClient> {
    const socket = io(`${url}${namespace}`, {
      path: `${base}/socket.io`,
      auth,
      extraHeaders: headers,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    const client = toClient(socket)
    clients.push(client)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('connect_error', reject)
    })
    return client
  }

  const login = (email: string, password: string, headers: Record<string, string> = { origin: url }) =>
    fetch(`${url}${base}/api/agent/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ email, password }),
    })

  /** Uploads as a visitor's page or an agent's inbox does. */
  const upload = (who: { readonly token: string } | { readonly cookie: string }, name: string, body: BodyInit) => {
    const [path, headers] =
      'token' in who
        ? [`/${site.id}/files`, { origin: ORIGIN, authorization: `Bearer ${who.token}` }]
        : ['/api/agent/files', { origin: url, cookie: who.cookie }]
    return fetch(`${url}${base}${path}?name=${encodeURIComponent(name)}`, { method: 'POST', headers, body })
  }

  return {
    pendopo,
    server,
    upload,
    site,
    url,
    base,
    folder,
    login,
    connect,
    visitor: async ({
      token = newToken(),
      origin = ORIGIN,
      ...auth
    }: { token?: string; origin?: string; identity?: string } = {}) => {
      const client = await connect('/visitor', { version: PROTOCOL_VERSION, site: site.id, token, ...auth }, { origin })
      const welcome = await client.next('welcome')
      return Object.assign(client, { token, welcome: welcome as VisitorWelcome })
    },
    agent: async (profile: Partial<Pick<AddAgent, 'email' | 'role' | 'sight' | 'teams'>> = {}) => {
      const { agent, password } = await pendopo.addAgent({
        email: `${newId()}@acme.example`,
        role: 'agent',
        ...profile,
      })
      const signedIn = await login(agent.email, password)
      const cookie = cookieOf(signedIn)
      const client = await connect('/agent', { version: PROTOCOL_VERSION }, { cookie, origin: url })
      await client.next('welcome')
      return Object.assign(client, { agent, password, cookie })
    },
    close: async () => {
      for (const client of clients) client.close()
      await pendopo.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

const isName = (name: string): name is keyof typeof PACKETS => Object.hasOwn(PACKETS, name)

function toClient(socket: Socket): TestClient {
  const inbox: { name: string; packet: unknown }[] = []
  const waiters = new Set<() => void>()
  socket.onAny((name: string, packet: unknown) => {
    // What the server sends fits the schemas too.
    if (isName(name)) v.parse(PACKETS[name], packet)
    inbox.push({ name, packet })
    for (const wake of waiters) wake()
  })
  const raw = (name: string, ...args: unknown[]) => socket.timeout(10_000).emitWithAck(name, ...args)
  return {
    socket,
    inbox,
    raw,
    next: (name, matches = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const index = inbox.findIndex((entry) => entry.name === name && matches(entry.packet as never))
          if (index === -1) return
          waiters.delete(look)
          const [found] = inbox.splice(index, 1)
          resolve(found?.packet as never)
        }
        waiters.add(look)
        look()
      }),
    ask: async (name, request) => {
      const answer = await raw(name, request)
      const reply = REQUESTS[name].reply
      const parsed = reply === undefined ? answer : v.parse(reply, answer)
      if (!isAnswer(parsed)) throw new Error(`${name}: ${JSON.stringify(answer)}`)
      return parsed as never
    },
    refusal: async (name, request) => {
      const answer = await raw(name, request)
      if (isAnswer(answer)) throw new Error(`${name} was answered: ${JSON.stringify(answer)}`)
      return (answer as { error: WireError }).error
    },
    close: () => void socket.disconnect(),
  }
}

const isAnswer = (reply: unknown): boolean =>
  typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok === true
