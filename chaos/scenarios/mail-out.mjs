// Row 14, outwards: a receiving server that puts mails off, cuts the connection after the data, is slow and is gone for a
// while, and SIGKILL of our own server in between. Every mail arrives; one that arrives again is the same to the byte, and
// comes again only where nobody could know that it had arrived.

import { connectVisitor } from '../../bench/systems/pendopo.mjs'
import { createIds } from '../../bench/lib/command-ids.mjs'
import { ask } from '../../bench/lib/raw-socket.mjs'
import { FAULTS, NOTHING } from '../lib/judge.mjs'
import { startMailSink } from '../lib/mail-sink.mjs'
import { startMailSite } from '../lib/mail-site.mjs'
import { createRandom } from '../lib/random.mjs'
import { readDatabase } from '../lib/read-database.mjs'
import { wait } from '../lib/wait.mjs'

const DEFERS = 0.2
const DROPS = 0.1
const LOOK_MS = 500
/** Repeats that a killed server is not to blame for, as a share of all mails. */
const MOST_REPEATS = 0.01

export const mailOut = {
  name: 'mail-out',
  row: '14',
  title: 'a mail server that puts off, drops and goes away',
  fault: `${DEFERS * 100} % of the recipients answered with 4xx, ${DROPS * 100} % of the connections cut after the data (in one of twenty the mail was kept), slow answers, the mail server gone for a while, SIGKILL of our server`,
  scales: {
    short: { visitors: 12, perVisitor: 1, kills: 1, goneMs: 3_000, slowMs: 300, mostFaults: 1, patienceMs: 200_000 },
    full: {
      ...{ visitors: 100, perVisitor: 10, kills: 10, goneMs: 120_000, slowMs: 1_000 },
      ...{ mostFaults: 3, patienceMs: 3_000_000 },
    },
  },
  async run({ scale, context }) {
    const { visitors, perVisitor, kills, goneMs, slowMs, mostFaults, patienceMs } = scale
    const random = createRandom(context.seed)
    const sink = await startMailSink({ random, defers: DEFERS, drops: DROPS, slowMs, mostFaults })
    context.defer(sink.stop)
    const smtp = { host: '127.0.0.1', port: sink.port, security: 'none' }
    const site = await startMailSite({ ...context, mail: { smtp, imap: null } })
    const nextId = createIds()
    const conversations = []
    for (let index = 0; index < visitors; index++) conversations.push(await leaveAddress(site, index, nextId))

    const composed = []
    const talking = Promise.all(
      conversations.map(async (stream, index) => {
        for (let count = 0; count < perVisitor; count++) {
          const data = { text: `Mail ${count} to ${index}`, mail: { subject: `About ${index}` } }
          const command = { id: nextId(), kind: 'message.post', data }
          await site.ask('commands', { stream, commands: [command] })
          composed.push({ id: command.id, to: addressOf(index) })
          await wait(random.between(0, 2_000))
        }
      }),
    )
    /** Mails the server has let go of, and was killed before it had written that down. */
    const cutOff = new Set()
    for (let kill = 0; kill < kills; kill++) {
      await wait(random.between(500, 3_000))
      await site.server.kill()
      const { sent } = await readMails(site.database)
      for (const { messageId, isAnswered } of sink.kept) if (isAnswered && !sent.has(messageId)) cutOff.add(messageId)
      await site.server.restart()
    }
    await sink.stop()
    await wait(goneMs)
    await sink.start()
    await talking
    context.log(`${composed.length} written, ${sink.kept.length} arrived; waiting for the others`)
    await settled(site.database, composed.length, patienceMs)

    const { counts, faults } = judgeMails({ composed, mails: await readMails(site.database), sink, cutOff })
    return {
      passed: faults.length === 0 && FAULTS.every((what) => counts[what] === 0),
      faults,
      counts: { kills, ...counts, ...sink.counts },
    }
  },
}

const addressOf = (index) => `visitor-${index}@example.org`

/** A visitor who asks something, gives an address and goes; resolves with their conversation. */
async function leaveAddress({ visitors }, index, nextId) {
  const socket = await connectVisitor(visitors)
  const commands = [
    { id: nextId(), kind: 'conversation.open', data: {} },
    { id: nextId(), kind: 'message.post', data: { text: `Question ${index}` } },
    { id: nextId(), kind: 'address.give', data: { email: addressOf(index) } },
  ]
  const { stream, results } = await ask(socket, 'commands', { commands })
  socket.close()
  if (!results.every(({ ok }) => ok)) throw new Error(`unable to leave an address; ${JSON.stringify(results)}`)
  return stream
}

/** What the log says of mails: those planned by Message-ID, and which of them were sent or failed. */
async function readMails(database) {
  const planned = new Map()
  const outcomes = new Map()
  for (const log of (await readDatabase(database)).values())
    for (const { id, kind, data } of log) {
      if (kind === 'mail.planned') planned.set(data.messageId, { id, messages: data.messages })
      if (kind === 'mail.sent' || kind === 'mail.failed') outcomes.set(data.mail, kind)
    }
  const withOutcome = (kind) =>
    new Set([...planned].filter(([, { id }]) => outcomes.get(id) === kind).map(([messageId]) => messageId))
  return { planned, sent: withOutcome('mail.sent'), failed: withOutcome('mail.failed') }
}

/** Every mail has an outcome, or it has taken too long. */
async function settled(database, wanted, patienceMs) {
  for (const late = Date.now() + patienceMs; Date.now() < late; await wait(LOOK_MS)) {
    const { planned, sent, failed } = await readMails(database)
    if (planned.size >= wanted && sent.size + failed.size === planned.size) return
  }
}

function judgeMails({ composed, mails: { planned, sent, failed }, sink, cutOff }) {
  const faults = []
  const counts = { ...NOTHING, sent: composed.length, acked: composed.length, repeats: 0 }
  const found = (what, text) => {
    counts[what]++
    if (faults.length < 20) faults.push(text)
  }
  const carriers = new Map()
  for (const [messageId, { messages }] of planned)
    for (const message of messages) {
      if (carriers.has(message)) found('duplicates', `${message} is in two mails`)
      carriers.set(message, messageId)
    }
  const copies = new Map()
  for (const one of sink.kept) copies.set(one.messageId, [...(copies.get(one.messageId) ?? []), one])
  counts.stored = copies.size
  for (const { id, to } of composed) {
    const messageId = carriers.get(id)
    const all = copies.get(messageId) ?? []
    if (messageId === undefined) found('missing', `${id} was never planned as a mail`)
    else if (all.length === 0) found('lost', `${messageId} never arrived`)
    else if (!sent.has(messageId)) found('missing', `${messageId} arrived and the log says nothing of it`)
    if (all.some((copy) => copy.to.join() !== to)) found('differing', `${messageId} went to somebody else`)
  }
  for (const messageId of failed) found('missing', `${messageId} is told as failed`)
  for (const [messageId, all] of copies) {
    if (!planned.has(messageId)) found('differing', `${messageId} arrived and was never planned`)
    if (new Set(all.map(({ hash }) => hash)).size > 1) found('differing', `${messageId} came again as another mail`)
    counts.repeats += all.length - 1
    const isForced = cutOff.has(messageId) || all.some(({ isAnswered }) => !isAnswered)
    if (all.length > 1 && !isForced) found('duplicates', `${messageId} came again although it was accepted`)
  }
  counts.repeatsAfterKills = [...copies].filter(([id, all]) => all.length > 1 && cutOff.has(id)).length
  const others = counts.repeats - counts.repeatsAfterKills
  if (others > Math.max(1, composed.length * MOST_REPEATS)) faults.push(`${others} repeats of ${composed.length} mails`)
  return { counts, faults }
}
