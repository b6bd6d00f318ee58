// Hostile frames by the million: how the server stands them, what its memory does, and whether those who just chat notice.

import { setTimeout as pause } from 'node:timers/promises'
import { inFolder } from '../../bench/lib/folder.mjs'
import { startRoomyServer } from '../roomy-server.mjs'
import { log, seconds } from '../run.mjs'
import { leaveHalfOpen, pollOddly } from './half-open.mjs'
import { chatHonestly, sumOf } from './honest.mjs'
import { attack } from './lane.mjs'
import { createRandom } from './random.mjs'

/** After this share of the frames the memory is what it is to stay at. */
const WARM_UP = 0.1
/** What the memory may grow by after that: SECURITY's figure. */
const MOST_GROWTH_MB = 50
const HONEST = 3
const HALF_OPEN_AT_ONCE = 50
const LOG_EVERY_MS = 10_000
const SETTLE_MS = 3_000
const SITE = 'fuzz'

const megabytes = (bytes) => Math.round((bytes / 2 ** 20) * 10) / 10

/** Runs beside the frames until told to stop. */
function harass({ url, origin, random }) {
  const { port } = new URL(url)
  const halfOpen = []
  let isStopped = false
  let odd = 0
  const done = (async () => {
    while (!isStopped) {
      halfOpen.push(leaveHalfOpen({ port: Number(port), origin, random }))
      if (halfOpen.length > HALF_OPEN_AT_ONCE) halfOpen.shift().destroy()
      await pollOddly({ url, origin, random })
      odd += 1
      await pause(20)
    }
  })()
  return {
    done,
    async stop() {
      isStopped = true
      await done
      for (const socket of halfOpen) socket.destroy()
      return odd
    },
  }
}

/** Sends so many frames over so many lanes, beside people who just chat; resolves with what came of it. */
export async function run({ frames, seed, lanes }) {
  return inFolder(async (data, defer) => {
    // What is only waiting to be collected is no growth: `usage` collects it first.
    const server = await startRoomyServer({ data, site: { id: SITE, name: 'Fuzz' }, execArgv: ['--expose-gc'] })
    defer(() => server.close())
    const place = { url: server.url, site: SITE, origin: server.origin }
    const honest = await Promise.all(Array.from({ length: HONEST }, () => chatHonestly(place)))
    const besides = harass({ ...place, random: createRandom(seed) })
    const from = performance.now()
    let sent = 0
    let warm
    const onSent = (some) => {
      sent += some
      if (sent >= frames * WARM_UP) warm ??= server.usage()
    }
    const ticking = setInterval(
      () => log(`${sent} of ${frames} frames in ${seconds(performance.now() - from)}`),
      LOG_EVERY_MS,
    )
    const each = Math.ceil(frames / lanes)
    const attacks = Array.from({ length: lanes }, (_, lane) =>
      attack({ ...place, random: createRandom(seed + lane + 1), frames: each, onSent }),
    )
    const told = await Promise.race([Promise.all(attacks), besides.done.then(() => [])]).finally(() =>
      clearInterval(ticking),
    )
    const ms = performance.now() - from
    const oddRequests = await besides.stop()
    const chats = await Promise.all(honest.map((one) => one.stop()))
    await pause(SETTLE_MS)
    const [before, after] = [(await warm).memory.rss, (await server.usage()).memory.rss]
    const sum = (key) => told.reduce((total, one) => total + one[key], 0)
    return {
      ...{ seed, frames: sum('sent'), lanes, connections: sum('connections'), closedByServer: sum('closedByServer') },
      ...{ oddRequests, seconds: Math.round(ms / 1_000), framesPerSecond: Math.round((sum('sent') / ms) * 1_000) },
      rssMb: { warm: megabytes(before), end: megabytes(after), growth: megabytes(after - before) },
      honest: sumOf(chats),
    }
  })
}

/** What is not as it should be, a line each. */
export const reasonsOf = ({ rssMb, honest }) => [
  ...(rssMb.growth > MOST_GROWTH_MB ? [`the memory grew by ${rssMb.growth} MB`] : []),
  ...(honest.failed > 0 ? [`${honest.failed} honest messages failed`] : []),
]
