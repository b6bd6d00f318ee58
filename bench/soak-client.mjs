// A site's day: visitors with a conversation each, one of whom writes every 30 ms (while the server warms up, every 5),
// and one of whom leaves every second while somebody new comes. A request fails when it is refused, when its socket goes away, and when nobody answers it;
// what a visitor leaves behind unanswered is theirs.

import { answer } from './lib/children.mjs'
import { createIds } from './lib/command-ids.mjs'
import { ask } from './lib/raw-socket.mjs'
import { connectVisitor, openConversation } from './systems/pendopo.mjs'
import { TEXT } from './systems/text.mjs'

const AT_ONCE = 50
const WRITE_EVERY_MS = { busy: 5, usual: 30 }
const LEAVE_EVERY_MS = 1_000
/** At the end, for the answers that are on their way. */
const LAST_ANSWERS_MS = 10_000
const REASONS = 10

let server = null
const visitors = []
const counts = { sent: 0, failed: 0, joined: 0 }
/** Why, and how often. */
const reasons = new Map()
let writing
let leaving

function fail(error, count = 1) {
  const reason = String(error?.message ?? error)
  counts.failed += count
  if (reasons.size < REASONS || reasons.has(reason)) reasons.set(reason, (reasons.get(reason) ?? 0) + count)
}

async function join() {
  const visitor = { nextId: createIds(), waiting: 0, isDown: false }
  const onDown = (why) => {
    visitor.isDown = true
    fail(`a socket went down; ${why}`, Math.max(1, visitor.waiting))
  }
  visitor.socket = await connectVisitor({ ...server, onDown })
  visitor.conversation = await openConversation(visitor.socket, visitor.nextId)
  return visitor
}

const pick = () => Math.floor(Math.random() * visitors.length)

async function write() {
  const visitor = visitors[pick()]
  counts.sent++
  if (visitor.isDown) return fail('the socket is down')
  visitor.waiting++
  const stream = { kind: 'conversation', id: visitor.conversation }
  const commands = [{ id: visitor.nextId(), kind: 'message.post', data: { text: TEXT } }]
  await ask(visitor.socket, 'commands', { stream, commands }).catch(fail)
  visitor.waiting--
}

async function replace() {
  const next = await join()
  const [gone] = visitors.splice(pick(), 1, next)
  gone.socket.close()
  counts.joined++
}

const unanswered = () => visitors.reduce((sum, { isDown, waiting }) => sum + (isDown ? 0 : waiting), 0)

answer({
  async join({ count: wanted, ...address }) {
    server = address
    while (visitors.length < wanted)
      visitors.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted - visitors.length) }, join))))
    writing = setInterval(() => void write(), WRITE_EVERY_MS.busy)
    leaving = setInterval(() => void replace().catch(fail), LEAVE_EVERY_MS)
  },
  calmDown() {
    clearInterval(writing)
    writing = setInterval(() => void write(), WRITE_EVERY_MS.usual)
  },
  async finish() {
    clearInterval(writing)
    clearInterval(leaving)
    const until = Date.now() + LAST_ANSWERS_MS
    while (unanswered() > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100))
    if (unanswered() > 0) fail('no answer', unanswered())
    return { ...counts, reasons: Array.from(reasons, ([reason, count]) => `${count} × ${reason}`) }
  },
})
