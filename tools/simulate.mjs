#!/usr/bin/env node
// As many simulated worlds as one has time for: clients and server, let loose on each other with every fault, one world
// for each seed. A seed whose promise breaks is told with its shortest story. What has been run is kept, so that a long
// run which was ended goes on with `--resume` where it was, as long as the code is the same.
//
//   npm run simulate -- --seeds 20000 --from 1     which worlds
//   npm run simulate -- --workers 2                processes (one for each core unless told)
//   npm run simulate -- --resume                   goes on
//   npm run simulate -- --json                     one line of JSON on stdout, all else on stderr
//   npm run simulate -- --record                   also adds the result to docs/reliability.md

import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ROOT, ToolError, log, main, seconds } from './run.mjs'
import { setup } from './setup.mjs'

const WORKER = fileURLToPath(new URL('simulate/worker.mjs', import.meta.url))
const PROGRESS = join(ROOT, 'node_modules/.cache/pendopo/simulation-progress.json')
const RECORD = join(ROOT, 'docs/reliability-simulation.json')
/** Seeds handed out at a time: what is lost when a run is ended. */
const RANGE = 50
const LOG_EVERY_MS = 10_000

function readOptions() {
  const number = { type: 'string' }
  const flag = { type: 'boolean', default: false }
  try {
    const { values } = parseArgs({
      options: { seeds: number, from: number, workers: number, resume: flag, json: flag, record: flag },
      strict: true,
    })
    const whole = (name, fallback) => {
      const value = Number(values[name] ?? fallback)
      if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1 on`)
      return value
    }
    return {
      ...values,
      seeds: whole('seeds', 500),
      from: whole('from', 1),
      workers: whole('workers', availableParallelism()),
    }
  } catch (error) {
    throw new ToolError(`unable to simulate; ${error.message}`)
  }
}

/** What was run of these seeds with this code, where one wants to go on. */
function readProgress({ resume, seeds, from }, digest) {
  const fresh = { digest, seeds, from, done: [], broken: [], ms: 0 }
  if (!resume) return fresh
  try {
    const kept = JSON.parse(readFileSync(PROGRESS, 'utf8'))
    if (kept.digest === digest && kept.seeds === seeds && kept.from === from) return kept
  } catch {
    // Nothing was kept.
  }
  log('simulate: nothing to go on with (other seeds, or other code), so from the start')
  return fresh
}

const write = (file, value) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** Adds a run to those that are written down; it takes the place of an earlier one of the same seeds. */
async function record(result) {
  const runs = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')).runs : []
  const isSame = ({ seeds }) => seeds.from === result.seeds.from && seeds.to === result.seeds.to
  write(RECORD, { runs: [...runs.filter((run) => !isSame(run)), result] })
  // Only now: it needs the packages built.
  const { writeText } = await import('../chaos/lib/record.mjs')
  writeText()
}

function toRanges({ seeds, from }, done) {
  const ranges = []
  for (let start = from; start < from + seeds; start += RANGE)
    if (!done.includes(start)) ranges.push({ from: start, to: Math.min(start + RANGE, from + seeds) })
  return ranges
}

/** Gives each worker a range, and another when it is done, until there are none. */
function runRanges(file, ranges, workers, onRange) {
  const left = [...ranges]
  const runWorker = () =>
    new Promise((resolve, reject) => {
      const child = fork(WORKER, [file], { stdio: ['ignore', 2, 2, 'ipc'] })
      child.on('message', (message) => {
        if (message !== 'ready') onRange(message)
        const next = left.shift()
        if (next !== undefined) child.send(next)
        else child.disconnect()
      })
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
    })
  return Promise.all(Array.from({ length: Math.min(workers, left.length) }, runWorker))
}

await main(async () => {
  const options = readOptions()
  await setup()
  const { buildForNode } = await import('./build/for-node.mjs')
  const { file, digest } = await buildForNode('simulation', 'packages/sdk/src/simulation/run-seed.ts')
  const progress = readProgress(options, digest)
  const ranges = toRanges(options, progress.done)
  const started = Date.now()
  const before = progress.ms
  let told = started
  await runRanges(file, ranges, options.workers, ({ from, to, broken }) => {
    progress.done.push(from)
    progress.broken.push(...broken)
    progress.ms = before + Date.now() - started
    write(PROGRESS, progress)
    for (const { seed, story, faults } of broken)
      log(`simulate: seed ${seed} breaks a promise:\n  ${[...story, ...faults].join('\n  ')}`)
    if (Date.now() - told < LOG_EVERY_MS && broken.length === 0) return
    told = Date.now()
    const run = Math.min(progress.done.length * RANGE, options.seeds)
    log(
      `simulate: ${run} of ${options.seeds} seeds, ${progress.broken.length} broken, ${seconds(progress.ms)} (${from}–${to - 1})`,
    )
  })
  const { seeds, from } = options
  const result = {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    seeds: { from, to: from + seeds - 1, count: seeds },
    seconds: Math.round(progress.ms / 1_000),
    broken: progress.broken.toSorted((a, b) => a.seed - b.seed),
  }
  if (options.record) await record(result)
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else log(`simulate: seeds ${from} to ${from + seeds - 1}: ${result.broken.length} broken, ${seconds(progress.ms)}`)
  if (result.broken.length > 0) process.exitCode = 1
})
