// A client on a plain socket.io library, written from docs/protocol.md alone: it proves the document, and it does what
// no page of ours would do (post hundreds of messages, say odd things).

import { randomBytes } from 'node:crypto'
import {
  PROTOCOL_VERSION,
  uuidv7,
  type Answer,
  type Command,
  type RequestName,
  type RequestOf,
} from '@pendopo/protocol'
import { REQUESTS } from '@pendopo/protocol/schemas'
import { io } from 'socket.io-client'
import * as v from 'valibot'

const ACK_TIMEOUT_MS = 10_000

export const newId = (): string => uuidv7(Date.now(), (bytes) => crypto.getRandomValues(bytes))
export const newToken = (): string => randomBytes(32).toString('base64url')

export type PlainClient = Awaited<ReturnType<typeof connect>>

async function connect(url: string, auth: Record<string, unknown>, headers: Record<string, string>) {
  const socket = io(url, {
    auth,
    extraHeaders: headers,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  async function ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Answer<Name>> {
    const answer: unknown = await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, request)
    const schema = REQUESTS[name].reply
    const reply = v.parse(v.looseObject({ ok: v.boolean() }), schema === undefined ? answer : v.parse(schema, answer))
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply)}`)
    return reply as never
  }

  return {
    socket,
    /** Asks; rejects where the request is refused. */
    ask,
    /** Appends to a conversation; where it has none yet, opens one. Every command must be taken. */
    async post(conversation: string | null, commands: readonly Command[]): Promise<string> {
      const argument: RequestOf<'commands'> = {
        commands: [...commands],
        ...(conversation !== null && { stream: { kind: 'conversation', id: conversation } }),
      }
      const reply = await ask('commands', argument)
      const refused = reply.results.find(({ ok }) => !ok)
      if (refused !== undefined) throw new Error(`commands: ${JSON.stringify(refused)}`)
      return reply.stream.id
    },
    close: () => void socket.disconnect(),
  }
}

/** Connects as a visitor of a site, from a page of `origin`. */
export const connectVisitor = (
  server: { readonly url: string },
  { site, origin, token, identity }: { site: string; origin: string; token: string; identity?: string },
): Promise<PlainClient> =>
  connect(
    `${server.url}/visitor`,
    { version: PROTOCOL_VERSION, site, token, ...(identity !== undefined && { identity }) },
    { origin },
  )

/** Signs in and connects as an agent; `cookie` is the session. */
export async function connectAgent(
  server: { readonly url: string },
  login: { readonly email: string; readonly password: string },
): Promise<PlainClient & { readonly cookie: string }> {
  const response = await fetch(`${server.url}/api/agent/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ email: login.email, password: login.password }),
  })
  if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const client = await connect(`${server.url}/agent`, { version: PROTOCOL_VERSION }, { cookie, origin: server.url })
  return { ...client, cookie }
}

/** A message to post. */
export const message = (text: string): Command => ({ id: newId(), kind: 'message.post', data: { text } })
