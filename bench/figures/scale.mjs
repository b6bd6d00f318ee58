// A large installation against an empty one, both up at once and asked in turn: appends into conversations that are
// there, pages of every list with their counts, and the newest page of conversations picked at random. The large one
// is filled the first time and kept, for it takes long: BENCH_DATA names its folder.

import { existsSync, mkdirSync, readFileSync, statSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { probeFsync } from '../lib/fsync-probe.mjs'
import { quantile, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'
import { fsyncNote, middleProbe } from './throughput.mjs'

const CONVERSATIONS = 1_000_000
const BYTES_PER_CONVERSATION = 6_000
const EMPTY_CONVERSATIONS = 500
const ROUNDS = 8
const REACH = { appendRatio: 1.5, listMs: 50, syncMs: 20 }
const DATA =
  process.env.BENCH_DATA ?? fileURLToPath(new URL('../../node_modules/.cache/pendopo/bench-data', import.meta.url))

/** Fills what is missing; resolves with ids of some of its conversations. */
async function fill(folder, conversations, log) {
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  const file = join(folder, 'filled.json')
  const done = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).conversations : 0
  const needed = Math.max(0, conversations - done) * BYTES_PER_CONVERSATION
  if (bavail * bsize < 2 * needed)
    throw new Error(
      `unable to fill ${folder}; it needs ${Math.round((2 * needed) / 1e9)} GB free (BENCH_DATA names another)`,
    )
  const child = startChild(moduleFile('fill-store.mjs'))
  try {
    const database = `file:${join(folder, 'pendopo.db')}`
    if (done < conversations) log(`scale: filling ${folder} up to ${conversations} conversations`)
    return await child.ask('fill', { database, folder, site: 'demo', conversations })
  } finally {
    await child.close()
  }
}

export const scale = {
  name: 'scale',
  title:
    '1,000,000 conversations with 10,000,000 events: append p99 ÷ that of an empty database; list page p99; sync of the newest 50 p99',
  reach: `≤ ${REACH.appendRatio}; ≤ ${REACH.listMs} ms; ≤ ${REACH.syncMs} ms`,
  isOnRequest: true,

  run: ({ log, options }) =>
    inFolder(async (folder, defer) => {
      const wanted = options.conversations ?? CONVERSATIONS
      const large = await fill(DATA, wanted, log)
      const small = await fill(folder, EMPTY_CONVERSATIONS, log)
      const child = startChild(moduleFile('scale-client.mjs'))
      defer(() => child.close())
      const servers = { large: await startPendopo(DATA, defer), small: await startPendopo(folder, defer) }
      const enter = (name, { sample }) => child.ask('join', { name, sample, ...servers[name].address })
      await enter('large', large)
      await enter('small', small)
      await child.ask('appends', { name: 'small' })
      await child.ask('appends', { name: 'large' })

      const times = { small: [], large: [], lists: {}, syncs: [] }
      const probes = []
      for (let round = 1; round <= ROUNDS; round++) {
        probes.push(probeFsync(folder))
        for (const name of ['small', 'large']) times[name].push(...(await child.ask('appends', { name })))
        for (const [list, taken] of Object.entries(await child.ask('lists', { name: 'large' })))
          (times.lists[list] ??= []).push(...taken)
        times.syncs.push(...(await child.ask('syncs', { name: 'large' })))
        log(`scale: round ${round} of ${ROUNDS}`)
      }
      const p99 = (numbers) => significant(quantile(numbers, 0.99))
      const p50 = (numbers) => significant(quantile(numbers, 0.5))
      const lists = Object.entries(times.lists).map(([list, taken]) => ({ list, p50: p50(taken), p99: p99(taken) }))
      const list = p99(Object.values(times.lists).flat())
      const append = { empty: p99(times.small), large: p99(times.large), p50: [p50(times.small), p50(times.large)] }
      const ratio = significant(append.large / append.empty)
      const sync = p99(times.syncs)
      const slowest = lists.toSorted((a, b) => b.p99 - a.p99).slice(0, 3)
      return {
        isReached:
          ratio <= REACH.appendRatio &&
          slowest[0].p99 <= REACH.listMs &&
          sync <= REACH.syncMs &&
          large.conversations >= CONVERSATIONS,
        values: { conversations: large.conversations, events: large.events, ratio, append, list, lists, sync },
        text: `append p99 ${ratio} × (${append.large} ÷ ${append.empty} ms); list page p99 ${list} ms; sync p99 ${sync} ms (${large.conversations.toLocaleString('en')} conversations)`,
        notes: [
          `the slowest lists: ${slowest.map(({ list: name, p50: half, p99: most }) => `${name} p50 ${half}, p99 ${most} ms`).join('; ')}`,
          `append p50 ${append.p50[1]} ÷ ${append.p50[0]} ms; sync p50 ${p50(times.syncs)} ms; the file is ${significant(statSync(join(DATA, 'pendopo.db')).size / 1e9)} GB`,
          fsyncNote(middleProbe(probes)),
        ],
      }
    }),
}
