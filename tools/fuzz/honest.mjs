// Somebody who just chats, while the others attack: how long each of their messages waits for its tick.

import { randomBytes } from 'node:crypto'
import { io } from 'socket.io-client'
import { createIds } from '../../bench/lib/command-ids.mjs'
import { quantile } from '../../bench/lib/numbers.mjs'

const EVERY_MS = 50
const ANSWER_WITHIN_MS = 10_000

/** Begins to chat; `stop` resolves with how long each message waited, and how many failed. */
export async function chatHonestly({ url, site, origin, everyMs = EVERY_MS }) {
  const auth = { version: 1, site, token: randomBytes(32).toString('base64url') }
  const socket = io(`${url}/visitor`, {
    auth,
    extraHeaders: { origin },
    transports: ['websocket'],
    reconnection: false,
  })
  await new Promise((resolve, reject) => void socket.once('connect', resolve).once('connect_error', reject))
  const newId = createIds()
  const waits = []
  let failed = 0
  let isStopped = false
  let stream

  async function say(commands) {
    const from = performance.now()
    const argument = stream === undefined ? { commands } : { stream, commands }
    try {
      const answer = await socket.timeout(ANSWER_WITHIN_MS).emitWithAck('commands', argument)
      if (!answer.ok || answer.results.some(({ ok }) => !ok)) throw new Error(JSON.stringify(answer))
      stream = answer.stream
      waits.push(performance.now() - from)
    } catch {
      failed += 1
    }
  }

  await say([{ id: newId(), kind: 'conversation.open', data: {} }])
  const chatting = (async () => {
    while (!isStopped) {
      await say([{ id: newId(), kind: 'message.post', data: { text: 'still here' } }])
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()
  return {
    async stop() {
      isStopped = true
      await chatting
      socket.disconnect()
      return { waits, failed }
    },
  }
}

/** Several chats as one. */
export function sumOf(chats) {
  const waits = chats.flatMap((chat) => chat.waits)
  const failed = chats.reduce((total, chat) => total + chat.failed, 0)
  const ms = (share) => Math.round(quantile(waits, share))
  return { sent: waits.length + failed, failed, p50Ms: ms(0.5), p99Ms: ms(0.99) }
}
