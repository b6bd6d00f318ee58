#!/usr/bin/env node
// Proves the promise under faults, on this machine, now: real clients, real servers and databases, real kills. Every run
// prints its seed and one line per scenario; the exit code is 1 where one did not hold.
//
//   npm run chaos                             all scenarios, short
//   npm run chaos -- --scale full             the full volumes: hours
//   npm run chaos -- --only cuts,two-tabs     some; --at-once N side by side
//   npm run chaos -- --seed 7                 other faults at other moments; the default is 1
//   npm run chaos -- --json                   one line of JSON on stdout, all else on stderr
//   npm run chaos -- --scale full --record    also writes what came out into docs/reliability.md

import { parseArgs } from 'node:util'
import { machine } from '../chaos/lib/machine.mjs'
import { makeReady } from './make-ready.mjs'
import { ToolError, log, main, seconds } from './run.mjs'

/** How long one scenario may take: what never ends has failed, and the others still run. */
const LONGEST_MS = { short: 240_000, full: 3_600_000 }
const SCALES = Object.keys(LONGEST_MS)

/** The harness, which needs what a fresh checkout does not have yet: packages of others, and ours built. */
async function loadHarness() {
  await makeReady()
  const { SCENARIOS } = await import('../chaos/scenarios/index.mjs')
  const { withCleanUp } = await import('../chaos/lib/arena.mjs')
  const { record } = await import('../chaos/lib/record.mjs')
  return { all: SCENARIOS, withCleanUp, record }
}

function readOptions(all) {
  const names = all.map(({ name }) => name)
  const options = {
    only: { type: 'string' },
    scale: { type: 'string', default: 'short' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  }
  let values
  try {
    values = parseArgs({ options, strict: true }).values
  } catch {
    throw new ToolError(
      `unable to run; known options: ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(', ')}`,
    )
  }
  const only = values.only?.split(',') ?? names
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new ToolError(`unable to run; no scenario "${unknown}", only ${names.join(', ')}`)
  if (!SCALES.includes(values.scale)) throw new ToolError(`unable to run; --scale is one of ${SCALES.join(', ')}`)
  const [seed, atOnce] = [Number(values.seed), Number(values['at-once'])]
  if (![seed, atOnce].every((number) => Number.isSafeInteger(number) && number > 0))
    throw new ToolError('unable to run; --seed and --at-once are whole numbers from 1')
  if (values.record && values.scale !== 'full') throw new ToolError('unable to record; only --scale full is recorded')
  return { ...values, seed, atOnce, scenarios: all.filter(({ name }) => only.includes(name)) }
}

async function runOne({ name, row, title, fault, scales, run }, { scale, seed, withCleanUp }) {
  const started = Date.now()
  const say = (text) => log(`chaos: ${name}: ${text}`)
  say(`row ${row}, ${scale}, seed ${seed} …`)
  const outcome = await withCleanUp(
    (folder, defer) => run({ scale: scales[scale], context: { folder, defer, seed, log: say } }),
    LONGEST_MS[scale],
  ).catch((error) => ({ passed: false, faults: [String(error?.stack ?? error)], counts: {} }))
  const durationMs = Date.now() - started
  const told = Object.entries(outcome.counts).map(([what, count]) => `${what} ${count}`)
  say(`${outcome.passed ? 'held' : 'FAILED'} in ${seconds(durationMs)}, seed ${seed}: ${told.join(', ')}`)
  for (const fault of outcome.faults) say(`  ${fault}`)
  return { name, row, title, fault, scale, seed, date: new Date().toISOString(), durationMs, ...outcome }
}

await main(async () => {
  const { all, withCleanUp, record } = await loadHarness()
  const options = { ...readOptions(all), withCleanUp }
  const waiting = [...options.scenarios]
  const results = []
  await Promise.all(
    Array.from({ length: options.atOnce }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const result = await runOne(next, options)
        results.push(result)
        if (options.record) record(machine(), result)
      }
    }),
  )
  const failed = results.filter(({ passed }) => !passed)
  if (failed.length > 0) process.exitCode = 1
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), results })}\n`)
  log(`chaos: ${results.length - failed.length} held, ${failed.length} failed`)
})
