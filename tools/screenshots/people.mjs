// People who write without a browser: plain socket.io clients, as docs/protocol.md describes them.

import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { PROTOCOL_VERSION, uuidv7 } from '@pendopo/protocol'
import { io } from 'socket.io-client'

const ACK_TIMEOUT_MS = 10_000
const TOKEN_LIFE_S = 600

const newId = () => uuidv7(Date.now(), (bytes) => crypto.getRandomValues(bytes))
const post = (text) => ({ id: newId(), kind: 'message.post', data: { text } })

async function connect(url, options) {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return {
    socket,
    async ask(name, argument) {
      const reply = await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, argument)
      if (!reply.ok) throw new Error(`unable to ${name}; ${JSON.stringify(reply)}`)
      return reply
    },
  }
}

/** What a host's back end would sign for somebody who is signed in there. */
function signIdentity({ site, secret }, name) {
  const now = Math.floor(Date.now() / 1_000)
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = { aud: site, sub: randomUUID(), name, iat: now, exp: now + TOKEN_LIFE_S }
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`
}

/** A visitor who writes one message; `leave` closes their page. */
export async function writeAs(server, { name, title, text }) {
  const auth = {
    version: PROTOCOL_VERSION,
    site: server.site,
    token: randomBytes(32).toString('base64url'),
    identity: signIdentity(server, name),
  }
  const { socket, ask } = await connect(`${server.url}/visitor`, { auth, extraHeaders: { origin: server.origin } })
  const path = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const page = { url: `https://kopipagi.example/${path}`, title: `${title} – Kopi Pagi` }
  const { stream } = await ask('commands', {
    commands: [{ id: newId(), kind: 'conversation.open', data: { page, locale: 'en-GB' } }, post(text)],
  })
  return {
    conversation: stream.id,
    say: (words) => ask('commands', { stream, commands: [post(words)] }),
    leave: () => socket.disconnect(),
  }
}

/** The admin at work. */
export async function connectAgent(server) {
  const response = await fetch(`${server.url}/api/agent/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(server.agents[0]),
  })
  if (!response.ok) throw new Error(`unable to sign in; ${response.status}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { socket, ask } = await connect(`${server.url}/agent`, {
    auth: { version: PROTOCOL_VERSION },
    extraHeaders: { cookie, origin: server.url },
  })
  return {
    /** The conversation that moved last. */
    newest: async () => (await ask('list', { list: 'all', status: 'open', limit: 1 })).rows[0]?.id,
    answer: (conversation, text) =>
      ask('commands', { stream: { kind: 'conversation', id: conversation }, commands: [post(text)] }),
    async typing(conversation) {
      await ask('sync', { conversation, have: null })
      socket.emit('typing', { conversation, typing: true })
    },
    close: () => socket.disconnect(),
  }
}
