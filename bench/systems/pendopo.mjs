// How the client speaks to Pendopo: visitors with a token each and a conversation of their own, agents with a session
// who watch all of these conversations.

import { randomBytes } from 'node:crypto'
import { PROTOCOL_VERSION } from '@pendopo/protocol'
import { createIds } from '../lib/command-ids.mjs'
import { ask, connectRaw } from '../lib/raw-socket.mjs'
import { TEXT } from './text.mjs'

/** Sockets opened at once while connecting many. */
const CONNECT_AT_ONCE = 50

export const newToken = () => randomBytes(32).toString('base64url')

export const connectVisitor = ({ url, path, site, origin, token = newToken(), onDown }) =>
  connectRaw({
    url,
    path,
    namespace: '/visitor',
    auth: { version: PROTOCOL_VERSION, site, token },
    headers: { origin },
    onDown,
  })

/** Signs an agent in and connects; `onEvent` gets every packet's bytes. */
export async function connectAgent({ url, path, email, password, onEvent, onDown }) {
  const origin = new URL(url).origin
  const response = await fetch(`${url}/api/agent/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  })
  if (!response.ok) throw new Error(`unable to sign in; ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return connectRaw({
    url,
    path,
    namespace: '/agent',
    auth: { version: PROTOCOL_VERSION },
    headers: { cookie, origin },
    onEvent,
    onDown,
  })
}

/** Opens a conversation with a first message; returns its id. */
export async function openConversation(socket, nextId) {
  const { stream } = await ask(socket, 'commands', {
    commands: [
      { id: nextId(), kind: 'conversation.open', data: { page: { url: 'https://shop.test/', title: 'Shop' } } },
      { id: nextId(), kind: 'message.post', data: { text: 'Hello' } },
    ],
  })
  return stream.id
}

/** One message of a visitor: the frame an SDK would send. */
const postFrame = (conversation, id) =>
  `{"stream":{"kind":"conversation","id":"${conversation}"},"commands":[{"id":"${id}","kind":"message.post",` +
  `"occurredAt":${Date.now()},"data":{"text":"${TEXT}"}}]}`

/** Connects the visitors, opens their conversations, and lets the agents watch them all. */
export async function joinPendopo({ visitors, agents, onDown, onDelivered, ...server }) {
  const senders = []
  const conversations = []
  for (let index = 0; index < visitors; index++) {
    const nextId = createIds()
    const socket = await connectVisitor({ ...server, onDown })
    const conversation = await openConversation(socket, nextId)
    conversations.push(conversation)
    senders.push({
      send(onAck) {
        const id = nextId()
        socket.request('commands', postFrame(conversation, id), onAck)
        return id
      },
    })
  }
  for (const agent of agents) {
    const onEvent = (packet, at) => {
      if (packet.latin1Slice(0, 9) === '["events"') onDelivered(packet, at)
    }
    const socket = await connectAgent({ ...server, ...agent, onEvent, onDown })
    for (const conversation of conversations) {
      const { n } = await ask(socket, 'sync', { conversation, have: null })
      if (!(n > 0)) throw new Error('unable to watch; the conversation is empty')
    }
  }
  return { senders, agents: agents.length }
}

/** Connects so many visitors, each with a token of its own, who then say nothing. */
export async function joinIdle({ count, ...server }) {
  const sockets = []
  while (sockets.length < count) {
    const batch = Math.min(CONNECT_AT_ONCE, count - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => connectVisitor(server)))))
  }
  return sockets
}

/** Commands in one frame while filling: the most the protocol takes. */
const FILL_AT_ONCE = 50

/** Writes so many messages, visitor and agent in turn by the batch, all of them read; resolves with the text of the last. */
export async function fillConversation({ agent, token, conversation, messages, ...server }) {
  const visitor = await connectVisitor({ ...server, token })
  const nextId = createIds()
  let text = ''
  for (let written = 0; written < messages; written += FILL_AT_ONCE) {
    const commands = Array.from({ length: Math.min(FILL_AT_ONCE, messages - written) }, (_, index) => {
      text = `Message ${written + index + 1}. ${TEXT.slice(0, 20 + ((written + index) % 76))}`
      return { id: nextId(), kind: 'message.post', data: { text } }
    })
    const author = (written / FILL_AT_ONCE) % 2 === 0 ? visitor : agent
    const { results } = await ask(author, 'commands', { stream: { kind: 'conversation', id: conversation }, commands })
    if (results.length !== commands.length || !results.every(({ ok }) => ok))
      throw new Error('unable to fill the conversation')
  }
  // All of it read, or the thread would open at the first that is not.
  const { n } = await ask(visitor, 'sync', { conversation, have: null })
  await ask(visitor, 'read', { conversation, upTo: n })
  visitor.close()
  return text
}
