// Row 14, inwards: a mailbox that is cut off in mid-answer, loses its numbering, holds some mails twice and gives some to the
// HTTP endpoint too, and SIGKILL of our server in between. Each mail is a message, once, in the order of its sender.

import { createIds } from '../../bench/lib/command-ids.mjs'
import { startMailServer } from '../../tools/services.mjs'
import { startCuttingProxy } from '../lib/cutting-proxy.mjs'
import { FAULTS, NOTHING } from '../lib/judge.mjs'
import { ADDRESS, RECEIVER, startMailSite } from '../lib/mail-site.mjs'
import { createRandom } from '../lib/random.mjs'
import { readCells, readDatabase } from '../lib/read-database.mjs'
import { wait } from '../lib/wait.mjs'

/** Bytes of the mailbox's answers after which a connection ends: within the first mail, or some mails later. */
const CUT = { least: 500, most: 12_000 }
const TWICE = 0.1
const BY_HTTP = 0.1
const LOOK_MS = 500
/** A change of the settings is noticed on a beat of five seconds. */
const BEGIN_MS = 60_000

export const mailIn = {
  name: 'mail-in',
  row: '14',
  title: 'a mailbox that is cut off, renumbered, and holds mails twice',
  fault: `connections to the mailbox cut after ${CUT.least} to ${CUT.most} bytes, a change of UIDVALIDITY, ${TWICE * 100} % of the mails twice in the mailbox and ${BY_HTTP * 100} % by HTTP too, SIGKILL of our server`,
  scales: {
    short: { senders: 5, perSender: 6, kills: 1, renumberings: 1, patienceMs: 120_000 },
    full: { senders: 50, perSender: 20, kills: 10, renumberings: 3, patienceMs: 900_000 },
  },
  async run({ scale: { senders, perSender, kills, renumberings, patienceMs }, context }) {
    const random = createRandom(context.seed)
    const mailbox = await startMailServer()
    context.defer(mailbox.stop)
    const proxy = await startCuttingProxy({ target: () => mailbox.port, random, ...CUT })
    context.defer(proxy.close)
    const site = await startMailSite({
      ...context,
      mail: {
        // Nothing is sent in this row.
        smtp: { host: '127.0.0.1', port: 9, security: 'none' },
        imap: {
          ...{ host: '127.0.0.1', port: proxy.port, security: 'none' },
          user: mailbox.user,
          password: mailbox.password,
        },
      },
    })
    await hasBegun(site.database)
    proxy.set({ cuts: true })

    const nextId = createIds()
    const texts = []
    let twice = 0
    let byHttp = 0
    let isDelivered = false
    const delivering = (async () => {
      for (let count = 0; count < perSender; count++)
        for (let sender = 0; sender < senders; sender++) {
          const text = `Mail ${count} of ${sender}`
          const raw = write({ id: nextId(), sender, text })
          texts.push({ sender, text })
          mailbox.deliver(raw)
          // The other way round it may overtake what came before; then there is no order to keep.
          if (hasOrder(sender) && random.chance(TWICE) && ++twice) mailbox.deliver(raw)
          if (!hasOrder(sender) && random.chance(BY_HTTP * 2) && (await site.post(raw))) byHttp++
          if (random.chance(0.2)) await wait(random.between(0, 200))
        }
      isDelivered = true
    })()
    for (let kill = 0, change = 0; !isDelivered || kill < kills || change < renumberings;) {
      await wait(random.between(200, 2_000))
      if (kill < kills) {
        await site.server.kill()
        await site.server.restart()
        kill++
      }
      if (change < renumberings && kill >= (change + 1) * (kills / (renumberings + 1))) {
        await mailbox.changeUidValidity()
        change++
      }
    }
    await delivering
    context.log(`${texts.length} mails delivered, ${proxy.cuts()} cuts`)
    // The cuts go on: each connection brings some mails further.
    await arrived(site.database, texts.length, patienceMs)

    const { counts, faults } = judgeMails(texts, await readMessages(site.database))
    if (proxy.cuts() === 0) faults.push('no connection was ever cut')
    return {
      passed: faults.length === 0 && FAULTS.every((what) => counts[what] === 0),
      faults,
      counts: { kills, renumberings, cuts: proxy.cuts(), twice, byHttp, ...counts },
    }
  },
}

/** The mails of every second sender come by IMAP alone. */
const hasOrder = (sender) => sender % 2 === 0

const write = ({ id, sender, text }) =>
  Buffer.from(
    [
      `Authentication-Results: ${RECEIVER}; dmarc=pass header.from=example.org`,
      `From: Sender ${sender} <sender-${sender}@example.org>`,
      `To: ${ADDRESS}`,
      `Subject: Question of ${sender}`,
      `Message-ID: <${id}@example.org>`,
      // A clock that is ahead by some seconds: what is derived from it must not depend on when the mail is read.
      `Date: ${new Date(Date.now() + 5_000).toUTCString()}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '',
    ].join('\r\n'),
  )

/** The mailbox is read from its end: what is delivered before that is old. */
async function hasBegun(database) {
  for (const late = Date.now() + BEGIN_MS; Date.now() < late; await wait(LOOK_MS))
    if ((await readCells(database, 'mailbox-place')).length > 0) return
  throw new Error('the mailbox was never opened')
}

/** The messages from outside, conversation by conversation, in their order. */
const readMessages = async (database) =>
  [...(await readDatabase(database)).values()].map((log) => log.filter(({ kind }) => kind === 'message.posted'))

async function arrived(database, wanted, patienceMs) {
  for (const late = Date.now() + patienceMs; Date.now() < late; await wait(LOOK_MS))
    if ((await readMessages(database)).flat().length >= wanted) break
  // Whatever comes once too often comes now.
  await wait(LOOK_MS * 4)
}

function judgeMails(texts, conversations) {
  const faults = []
  // A mail in the mailbox is one whose sender was told that it had arrived.
  const counts = { ...NOTHING, sent: texts.length, acked: texts.length }
  const found = (what, text) => {
    counts[what]++
    if (faults.length < 20) faults.push(text)
  }
  const stored = new Map()
  for (const messages of conversations) {
    counts.stored += messages.length
    for (const { text } of messages) stored.set(text, (stored.get(text) ?? 0) + 1)
    const numbers = messages.map(({ text }) => /^Mail (\d+) of (\d+)$/.exec(text)?.slice(1).map(Number) ?? [])
    const [[, sender] = []] = numbers
    if (numbers.some(([, other]) => other !== sender)) found('differing', `senders share the conversation of ${sender}`)
    else if (hasOrder(sender) && numbers.some(([count], index) => index > 0 && count < numbers[index - 1][0]))
      found('orderErrors', `the mails of sender ${sender} are stored in another order`)
  }
  for (const { text } of texts) {
    const times = stored.get(text) ?? 0
    if (times === 0) found('missing', `"${text}" is not stored`)
    if (times > 1) found('duplicates', `"${text}" is stored ${times} times`)
  }
  return { counts, faults }
}
