// The client's side of every message figure, in a process of its own: visitors who send, agents who watch.

import { answer } from './lib/children.mjs'
import { joinBare } from './systems/bare.mjs'
import { joinIdle, joinPendopo } from './systems/pendopo.mjs'

/** Time for acks and packets that are on their way when the sending ends. */
const SETTLE_MS = 2_000

let system = null
let idle = []
let onDelivered = () => {}
let failure = null

const fail = (reason) => void (failure ??= reason)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const raiseFailure = () => {
  if (failure !== null) throw new Error(failure)
}

async function join({ kind, ...options }) {
  const joined = { bare: joinBare, pendopo: joinPendopo }[kind]
  system = await joined({
    ...options,
    onDown: (reason) => fail(`a client lost its connection: ${reason}`),
    onDelivered: (packet, at) => onDelivered(packet, at),
  })
  return { senders: system.senders.length, agents: system.agents }
}

const isOk = (text) => text.startsWith('[{"ok":true') && !text.includes('"ok":false')

const POSTED = Buffer.from('"message.posted"')

/** Counts messages in a packet without parsing it. */
function countMessages(packet) {
  let count = 0
  for (let at = packet.indexOf(POSTED); at !== -1; at = packet.indexOf(POSTED, at + POSTED.length)) count++
  return count
}

/** Closed loop: each sender sends its next message when the last one is acked. */
async function burst({ ms }) {
  let sent = 0
  let acked = 0
  let delivered = 0
  onDelivered = (packet) => void (delivered += countMessages(packet))
  const deadline = performance.now() + ms
  const lanes = system.senders.map(
    (sender) =>
      new Promise((resolve) => {
        const next = () => {
          sent++
          sender.send((text) => {
            if (!isOk(text)) fail(`refused: ${text.slice(0, 300)}`)
            const isInTime = performance.now() < deadline
            if (isInTime) acked++
            return isInTime && failure === null ? next() : resolve()
          })
        }
        next()
      }),
  )
  await Promise.all(lanes)
  const late = performance.now() + SETTLE_MS
  while (delivered < sent * system.agents && performance.now() < late) await sleep(20)
  raiseFailure()
  onDelivered = () => {}
  return { perSecond: (acked / ms) * 1_000, sent, missing: sent * system.agents - delivered }
}

/** Open loop: messages leave on a clock, whatever came back, so that a stall is seen by all who would have sent in it. */
async function pace({ perSecond, ms, warmUpMs }) {
  const sent = new Map()
  const acks = []
  const arrivals = []
  let unacked = 0
  const started = performance.now()
  const measureFrom = started + warmUpMs
  onDelivered = (packet, at) => {
    for (const { events } of JSON.parse(packet.toString())[1]) {
      for (const event of events) {
        const due = sent.get(event.id)
        if (due >= measureFrom) arrivals.push(at - due)
      }
    }
  }
  const total = Math.floor(((warmUpMs + ms) / 1_000) * perSecond)
  for (let count = 0; count < total;) {
    const due = started + (count * 1_000) / perSecond
    if (performance.now() < due) {
      await sleep(1)
      continue
    }
    const sender = system.senders[count % system.senders.length]
    unacked++
    const id = sender.send((text) => {
      if (!isOk(text)) fail(`refused: ${text.slice(0, 300)}`)
      unacked--
      if (due >= measureFrom) acks.push(performance.now() - due)
    })
    sent.set(id, due)
    count++
  }
  const late = performance.now() + SETTLE_MS
  const isSettled = () => unacked === 0 && arrivals.length >= acks.length * system.agents
  while (!isSettled() && performance.now() < late) await sleep(20)
  raiseFailure()
  onDelivered = () => {}
  return { sent: total, acks, arrivals, missing: acks.length * system.agents - arrivals.length, unacked }
}

answer({
  join,
  burst,
  pace,
  connectIdle: async (options) => {
    idle = await joinIdle({ ...options, onDown: (reason) => fail(`an idle client lost its connection: ${reason}`) })
    return { connected: idle.length }
  },
  check: () => raiseFailure(),
  cpu: () => process.cpuUsage(),
})
