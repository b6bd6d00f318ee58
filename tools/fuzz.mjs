#!/usr/bin/env node
// Hostile frames at the wire of a real server in a process of its own: grammar, turned bits, the frames that kill plain
// servers, half-open connections, odd polling. The server must live, its memory must stay flat, and people who just chat
// must not notice.
//
//   npm run fuzz                                  a million frames
//   npm run fuzz -- --frames 20000 --seed 7       fewer; the seed brings the same frames back
//   npm run fuzz -- --lanes 40                    attackers at once
//   npm run fuzz -- --attack                      five minutes of two hundred connections that mean harm, in place of frames
//   npm run fuzz -- --attack --seconds 15 --connections 50
//   npm run fuzz -- --json                        one line of JSON on stdout, all else on stderr
//   npm run fuzz -- --record                      also writes the result into docs/reliability

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inFolder } from '../bench/lib/folder.mjs'
import { attack } from './fuzz/lane.mjs'
import { leaveHalfOpen, pollOddly } from './fuzz/half-open.mjs'
import { chatHonestly, sumOf } from './fuzz/honest.mjs'
import { createRandom } from './fuzz/random.mjs'
import { besiege, reasonsOf as reasonsOfSiege } from './fuzz/siege.mjs'
import { startRoomyServer } from './roomy-server.mjs'
import { log, main, ROOT, seconds, ToolError } from './run.mjs'

const RECORDS = join(ROOT, 'docs/reliability')
/** After this share of the frames the memory is what it is to stay at. */
const WARM_UP = 0.1
/** What the memory may grow by after that: SECURITY's figure. */
const MOST_GROWTH_MB = 50
const HONEST = 3
const HALF_OPEN_AT_ONCE = 50
const LOG_EVERY_MS = 10_000
const SETTLE_MS = 3_000
const SITE = 'fuzz'

function readOptions() {
  const number = { type: 'string' }
  const flag = { type: 'boolean', default: false }
  try {
    const { values } = parseArgs({
      options: {
        frames: number,
        seed: number,
        lanes: number,
        seconds: number,
        connections: number,
        attack: flag,
        json: flag,
        record: flag,
      },
      strict: true,
    })
    const whole = (name, fallback) => {
      const value = Number(values[name] ?? fallback)
      if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1 on`)
      return value
    }
    return {
      ...values,
      frames: whole('frames', 1_000_000),
      seed: whole('seed', Date.now() % 2 ** 31),
      lanes: whole('lanes', 40),
      seconds: whole('seconds', 300),
      connections: whole('connections', 200),
    }
  } catch (error) {
    throw new ToolError(`unable to fuzz; ${error.message}`)
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
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

async function fuzz({ frames, seed, lanes }) {
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

const reasonsOf = ({ rssMb, honest }) => [
  ...(rssMb.growth > MOST_GROWTH_MB ? [`the memory grew by ${rssMb.growth} MB`] : []),
  ...(honest.failed > 0 ? [`${honest.failed} honest messages failed`] : []),
]

await main(async () => {
  const options = readOptions()
  if (!options.attack) log(`seed ${options.seed}`)
  const result = await (options.attack ? besiege(options) : fuzz(options))
  const record = { date: new Date().toISOString().slice(0, 10), node: process.version, ...result }
  if (options.record) {
    mkdirSync(RECORDS, { recursive: true })
    writeFileSync(join(RECORDS, options.attack ? 'attack.json' : 'fuzz.json'), `${JSON.stringify(record, null, 2)}\n`)
  }
  process.stdout.write(`${JSON.stringify(record, null, options.json ? 0 : 2)}\n`)
  const reasons = options.attack ? reasonsOfSiege(result) : reasonsOf(result)
  if (reasons.length > 0) throw new ToolError(`the server did not stand it; ${reasons.join(', ')}`)
})
