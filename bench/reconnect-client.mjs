// Visitors who lose their server and come back: thin sockets, the SDK's waiting times.

import { answer } from './lib/children.mjs'
import { createIds } from './lib/command-ids.mjs'
import { ask } from './lib/raw-socket.mjs'
import { connectVisitor, newToken, openConversation } from './systems/pendopo.mjs'

const AT_ONCE = 50
const RETRY_BASE_MS = 500
const RETRY_MAX_MS = 30_000
const GIVE_UP_MS = 300_000

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const visitors = []

async function join(server) {
  const visitor = { token: newToken(), nextId: createIds(), conversation: null, backAt: null, isLost: false }
  const socket = await connectVisitor({ ...server, token: visitor.token, onDown: () => void comeBack(visitor, server) })
  visitor.conversation = await openConversation(socket, visitor.nextId)
  return visitor
}

async function comeBack(visitor, server) {
  const message = { id: visitor.nextId(), kind: 'message.post', data: { text: 'Back' } }
  for (let attempt = 0; visitor.backAt === null; attempt++) {
    await sleep(Math.min(RETRY_BASE_MS * 2 ** attempt, RETRY_MAX_MS) * (0.5 + Math.random() / 2))
    try {
      const socket = await connectVisitor({ ...server, token: visitor.token })
      const { conversations } = await ask(socket, 'heads', {})
      const head = conversations.find(({ id }) => id === visitor.conversation)
      visitor.isLost = head === undefined || head.n < 2
      const stream = { kind: 'conversation', id: visitor.conversation }
      await ask(socket, 'commands', { stream, commands: [message] })
      visitor.backAt = Date.now()
    } catch {
      // Not yet: again, later.
    }
  }
}

answer({
  async join({ count, ...server }) {
    while (visitors.length < count) {
      const batch = Math.min(AT_ONCE, count - visitors.length)
      visitors.push(...(await Promise.all(Array.from({ length: batch }, () => join(server)))))
    }
  },
  async whenBack() {
    const until = Date.now() + GIVE_UP_MS
    while (visitors.some(({ backAt }) => backAt === null)) {
      if (Date.now() > until) {
        const away = visitors.filter(({ backAt }) => backAt === null).length
        throw new Error(`${away} of ${visitors.length} visitors were not back after ${GIVE_UP_MS / 1_000} s`)
      }
      await sleep(20)
    }
    return { back: visitors.map(({ backAt }) => backAt), lost: visitors.filter(({ isLost }) => isLost).length }
  },
})
