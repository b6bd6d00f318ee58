// Row 8: a disk that is full and then is not: a small tmpfs of its own, filled by a ballast file. No false tick, no dead
// process, and all that waited arrives once there is room. Mounting needs root (or `unshare -rm npm run chaos …`).

import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../tools/run.mjs'
import { openArena } from '../lib/arena.mjs'
import { createRandom } from '../lib/random.mjs'
import { readDatabase } from '../lib/read-database.mjs'
import { wait } from '../lib/wait.mjs'

/** The log of the database may grow to 16 MB before it is folded in; that alone must not be what fills the disk. */
const SIZE_MB = 64
const FELT_WITHIN_MS = 60_000
const PIECE = Buffer.alloc(65_536)
const CRUMB = Buffer.alloc(512)

async function mountTmpfs(folder) {
  const { code, output } = await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', folder], {
    output: 'capture',
  })
  if (code !== 0)
    throw new Error(`unable to mount a tmpfs; run as root, or as \`unshare -rm npm run chaos …\`: ${output.trim()}`)
  return async () => void (await run('umount', ['-l', folder], { output: 'capture' }))
}

/** Writes until there is no room for one byte more. */
function fill(file) {
  const handle = openSync(file, 'a')
  for (const piece of [PIECE, CRUMB]) {
    try {
      for (;;) writeSync(handle, piece)
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error
    }
  }
  closeSync(handle)
}

export const diskFull = {
  name: 'disk-full',
  row: '8',
  title: 'a full disk',
  fault: `a tmpfs of ${SIZE_MB} MB filled to its last byte while everybody writes, and freed`,
  scales: {
    short: { visitors: 4, cycles: 3, everyMs: 100, fullMs: 1_500 },
    full: { visitors: 4, cycles: 20, everyMs: 100, fullMs: 2_000 },
  },
  async run({ scale: { visitors, cycles, everyMs, fullMs }, context }) {
    const disk = join(context.folder, 'disk')
    mkdirSync(disk)
    context.defer(await mountTmpfs(disk))
    const arena = await openArena(context, {
      groups: [{ visitors }],
      agents: 1,
      database: `file:${disk}/pendopo.db`,
    })
    const random = createRandom(context.seed)
    const ballast = join(disk, 'ballast')
    const faults = []
    let refusing = 0
    let falseAcks = 0
    let isOver = false
    const talking = (async () => {
      for (let round = 0; !isOver; round++) await arena.talk({ perVisitor: 20, perAgent: 20, everyMs, round })
    })()
    for (let cycle = 0; cycle < cycles; cycle++) {
      await wait(random.between(500, 1_500))
      fill(ballast)
      const before = await ticked(arena)
      if (await isFelt(arena, ballast)) refusing++
      for (const late = Date.now() + fullMs; Date.now() < late; await wait(100)) fill(ballast)
      falseAcks += await unstored(arena)
      rmSync(ballast)
      if (!arena.server.isAlive()) {
        faults.push(`the server did not survive: ${arena.server.log()}`)
        break
      }
      await arena.drain(30_000)
      if ((await ticked(arena)) <= before)
        faults.push(`nothing was ticked after the disk was free again (${statfsSync(disk).bavail} blocks)`)
    }
    isOver = true
    await talking
    await arena.calm()
    if (falseAcks > 0) faults.unshift(`${falseAcks} ticks while the disk was full and nothing was stored`)
    const verdict = await arena.verdict()
    if (refusing < cycles) faults.push(`the disk was full ${cycles} times and messages waited only ${refusing} times`)
    return {
      passed: verdict.passed && faults.length === 0,
      faults: [...faults, ...verdict.faults],
      counts: { cycles, refusing, falseAcks, ...verdict.counts },
    }
  },
}

/** Keeps the disk full until what is written stays waiting: the log of the database first uses up the room it holds. */
async function isFelt(arena, ballast) {
  let looks = 0
  for (const late = Date.now() + FELT_WITHIN_MS; Date.now() < late && looks < 10; await wait(100)) {
    fill(ballast)
    looks = (await arena.pending()) > 0 ? looks + 1 : 0
  }
  return looks === 10
}

const entriesOf = async (arena) =>
  (await arena.each('report')).flatMap(({ clients }) =>
    clients.flatMap(({ sent }) => sent.filter(({ n }) => n !== null)),
  )

const ticked = async (arena) => (await entriesOf(arena)).length

/** Ticks for what the database, read from outside at this moment, does not hold. */
async function unstored(arena) {
  const acked = await entriesOf(arena)
  const stored = new Set([...(await readDatabase(arena.database)).values()].flatMap((log) => log.map(({ id }) => id)))
  return acked.filter(({ id }) => !stored.has(id)).length
}
