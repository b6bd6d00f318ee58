// Whether memory grows: visitors who write now and then, some of whom leave and others come, for hours. The slope is
// that of a line through the samples after the warm-up, with its standard error.
//
// Memory is sampled as it is, as an operator sees it: nothing is collected by force, and V8's garbage and the holes in its
// pages find their level in the warm-up. The heap is that of the thread that holds the sockets; the store's thread is in
// the resident set. What is kept to a stated bound is filled before the samples that count, or its filling would be taken
// for growth: a past is written, and an agent reads and answers in it, which fills SQLite's page cache (16 MiB) and what
// is remembered of 4,096 conversations; then visitors write six times as often for a while. What still fills afterwards
// is measured: the ids of 8,192 people as bytes, and a counter for every visitor who began a conversation, which lives an
// hour, so that their number grows in the first hour and is level in the second.

import { join } from 'node:path'
import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { regress, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'

const VISITORS = 2_000
const MINUTES = 120
const REACH_MB = 5
const SAMPLE_MS = 30_000
/** Of the time: not counted. In the first part of it visitors write more. */
const WARM_UP_SHARE = 0.15
const BUSY_SHARE = 0.1
/** Conversations of the past, of ten events each: in the file, several times what the page cache holds. */
const PAST = 10_000
/** An agent answers 250 times, then reads 100 times, in 2,000 conversations of the past, picked at random … */
const PAST_ROUNDS = 3
/** … and so often at once. */
const PAST_AT_ONCE = 10

/** Writes the past; resolves with ids of some of its conversations. */
async function fill(folder) {
  const child = startChild(moduleFile('fill-store.mjs'))
  try {
    const database = `file:${join(folder, 'pendopo.db')}`
    return await child.ask('fill', { database, folder, site: 'demo', conversations: PAST })
  } finally {
    await child.close()
  }
}

/** Brings what is bounded to its bound. */
async function fillCaches(address, sample) {
  const agent = startChild(moduleFile('scale-client.mjs'))
  try {
    await agent.ask('join', { name: 'past', sample, ...address })
    for (let round = 0; round < PAST_ROUNDS; round++) {
      for (const what of ['appends', 'syncs'])
        await Promise.all(Array.from({ length: PAST_AT_ONCE }, () => agent.ask(what, { name: 'past' })))
    }
  } finally {
    await agent.close()
  }
}

export const soak = {
  name: 'soak',
  title: `memory of the server under ${VISITORS.toLocaleString('en')} visitors for two hours`,
  reach: `≤ ${REACH_MB} MB/h; no failed request`,
  isOnRequest: true,

  run: ({ log, options }) =>
    inFolder(async (folder, defer) => {
      const minutes = options.minutes ?? MINUTES
      const past = await fill(folder)
      const client = startChild(moduleFile('soak-client.mjs'))
      defer(() => client.close())
      const server = await startPendopo(folder, defer)
      await fillCaches(server.address, past.sample)
      log('soak: what is bounded is full')
      await client.ask('join', { count: options.clients ?? VISITORS, ...server.address })
      const started = Date.now()
      const end = started + minutes * 60_000
      const samples = []
      let isBusy = true
      while (Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS))
        const { memory } = await server.usage()
        const hours = (Date.now() - started) / 3_600_000
        const [rss, heap] = [memory.rss, memory.heapUsed].map((bytes) => bytes / 1e6)
        samples.push({ hours, rss, heap })
        if (isBusy && hours * 60 > minutes * BUSY_SHARE) {
          isBusy = false
          await client.ask('calmDown')
        }
        if (samples.length % 2 === 0)
          log(
            `soak: ${Math.round(hours * 60)} of ${minutes} min, resident ${Math.round(rss)} MB, heap ${Math.round(heap)} MB`,
          )
      }
      const { sent, failed, joined, reasons } = await client.ask('finish')
      const used = samples.filter(({ hours }) => hours * 60 > minutes * WARM_UP_SHARE)
      const [rss, heap] = ['rss', 'heap'].map((name) => {
        const { slope, error } = regress(used.map((sample) => [sample.hours, sample[name]]))
        const [first, last] = [used[0], used.at(-1)].map((sample) => significant(sample[name]))
        return { slope: significant(slope), error: significant(error), first, last }
      })
      const worst = Math.max(rss.slope, heap.slope)
      return {
        isReached: worst <= REACH_MB && failed === 0 && minutes >= MINUTES,
        values: { minutes, rss, heap, sent, failed, joined, reasons, samples: used.length },
        text: `resident set ${rss.slope} ± ${rss.error} MB/h at ${rss.last} MB, heap ${heap.slope} ± ${heap.error} MB/h at ${heap.last} MB; ${failed} failed requests, ${sent} messages (${minutes} min)`,
        notes: [
          `${joined} visitors came and went; ${used.length} samples`,
          `before it, ${past.conversations.toLocaleString('en')} conversations of the past, read and answered until the bounded caches were full`,
          ...reasons,
        ],
      }
    }),
}
