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
import { makeReady } from './make-ready.mjs'
import { log, main, ROOT, ToolError } from './run.mjs'

const RECORDS = join(ROOT, 'docs/reliability')

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

await main(async () => {
  const options = readOptions()
  await makeReady()
  const kind = options.attack ? await import('./fuzz/siege.mjs') : await import('./fuzz/flood.mjs')
  if (!options.attack) log(`seed ${options.seed}`)
  const result = await kind.run(options)
  const record = { date: new Date().toISOString().slice(0, 10), node: process.version, ...result }
  if (options.record) {
    mkdirSync(RECORDS, { recursive: true })
    writeFileSync(join(RECORDS, options.attack ? 'attack.json' : 'fuzz.json'), `${JSON.stringify(record, null, 2)}\n`)
  }
  process.stdout.write(`${JSON.stringify(record, null, options.json ? 0 : 2)}\n`)
  const reasons = kind.reasonsOf(result)
  if (reasons.length > 0) throw new ToolError(`the server did not stand it; ${reasons.join(', ')}`)
})
