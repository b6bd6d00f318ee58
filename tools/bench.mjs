#!/usr/bin/env node
// Measures the figures this project promises, on this machine, now. Never part of the tests: a number depends on the
// disk, the hour and the neighbours, so each database figure stands beside a probe of fdatasync, and rates are compared
// with a bare server driven in the same run.
//
//   npm run bench                    all figures, as a table
//   npm run bench -- --only NAME     one of sizes, throughput, postgres, nodes, latency, idle, opening, restart, reconnect, scale, soak
//   npm run bench -- --only scale --conversations 1000000    fills a database first, and keeps it (BENCH_DATA)
//   npm run bench -- --only soak --minutes 120
//   npm run bench -- --only reconnect --clients 10000
//   npm run bench -- --json          one line of JSON on stdout, all else on stderr
//   npm run bench -- --record        also writes what was measured into the README's table
//
// BENCH_DIR names the folder (so: the disk) of the databases, CHROMIUM_PATH the browser.

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { makeReady } from './make-ready.mjs'
import { RAISED_LIMITS } from './roomy-server.mjs'
import { ToolError, log, main } from './run.mjs'

/** Sockets and files a process of the bench would like to have open. */
const WANTED_FILES = 20_000
const RAISED = 'PENDOPO_BENCH_RAISED'

function readOptions(all) {
  const names = all.map(({ name }) => name)
  const volumes = ['minutes', 'conversations', 'clients']
  const options = {
    json: { type: 'boolean' },
    record: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    ...Object.fromEntries(volumes.map((name) => [name, { type: 'string' }])),
  }
  let values
  try {
    values = parseArgs({ options, strict: true }).values
  } catch {
    throw new ToolError(
      `unable to bench; known options: --json, --record, --${volumes.join(', --')}, --only ${names.join('|')}`,
    )
  }
  const only = values.only ?? all.filter(({ isOnRequest }) => isOnRequest !== true).map(({ name }) => name)
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new ToolError(`unable to bench; no figure "${unknown}", only ${names.join(', ')}`)
  return {
    json: values.json === true,
    record: values.record === true,
    options: Object.fromEntries(
      volumes.flatMap((name) => (values[name] === undefined ? [] : [[name, toVolume(name, values[name])]])),
    ),
    figures: all.filter(({ name }) => only.includes(name)),
  }
}

function toVolume(name, text) {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new ToolError(`unable to bench; --${name} is a whole number from 1 on, not "${text}"`)
}

const openFiles = () => {
  const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
  return text === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(text)
}

/** Starts this program again with a higher limit of open files, where it is too low and may be raised. */
function withRaisedLimit() {
  if (openFiles() >= WANTED_FILES || process.env[RAISED] !== undefined) return false
  const script = `ulimit -n ${WANTED_FILES} 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"`
  const args = ['-c', script, 'sh', process.execPath, ...process.argv.slice(1)]
  const { status } = spawnSync('sh', args, { stdio: 'inherit', env: { ...process.env, [RAISED]: '1' } })
  process.exitCode = status ?? 1
  return true
}

const machine = () => ({
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGB: Math.round(totalmem() / 1e9),
  system: `${process.platform} ${release()}`,
})

const describe = ({ date, node, cpu, cores, memoryGB, system }) =>
  `${date}, ${cpu}, ${cores} cores, ${memoryGB} GB, ${system}, Node ${node}`

function print(host, results) {
  process.stdout.write(`${describe(host)}\nlimits raised for the bench: ${Object.keys(RAISED_LIMITS).join(', ')}\n\n`)
  for (const { title, reach, result } of results) {
    const mark = result.error !== undefined ? 'failed' : result.isReached ? 'reached' : 'missed'
    process.stdout.write(
      `${title}\n  ${mark.padEnd(8)} ${result.text ?? result.error}\n  ${'reach'.padEnd(8)} ${reach}\n`,
    )
    for (const note of result.notes ?? []) process.stdout.write(`  ${''.padEnd(8)} ${note}\n`)
    process.stdout.write('\n')
  }
}

const README = new URL('../README.md', import.meta.url)

/** Replaces the README's rows of what was measured; a figure that was not measured now keeps its row and its date, one that there is no more goes. */
function record(host, all, results) {
  const readme = readFileSync(README, 'utf8')
  const [, before, table, after] = /^([^]*<!-- figures -->\n)([^]*)(<!-- \/figures -->[^]*)$/.exec(readme) ?? []
  if (table === undefined) throw new ToolError('unable to record; README.md has no figures section')
  const rows = new Map(
    table.split('\n').flatMap((line) => (line.startsWith('| ') ? [[line.split(' | ')[0], line]] : [])),
  )
  for (const { title, reach, result } of results) {
    const first = `| ${title}`
    if (result.text !== undefined) rows.set(first, `${first} | ${reach} | ${result.text} | ${host.date} |`)
  }
  const body = all.flatMap(({ title }) => rows.get(`| ${title}`) ?? [])
  const text = [
    '| figure | reach | measured | date |',
    '| --- | --- | --- | --- |',
    ...body,
    '',
    `Machine: ${describe(host)}.`,
    '',
  ]
  writeFileSync(README, `${before}${text.join('\n')}${after}`)
}

await main(async () => {
  if (withRaisedLimit()) return
  await makeReady()
  const { FIGURES } = await import('../bench/figures/index.mjs')
  const { json, record: isRecorded, figures, options } = readOptions(FIGURES)
  const results = []
  for (const { name, title, reach, run } of figures) {
    log(`bench: ${name} …`)
    const result = await run({ log, openFiles: openFiles(), options }).catch((error) => ({
      error: String(error?.stack ?? error),
    }))
    if (result.error !== undefined) process.exitCode = 1
    results.push({ name, title, reach, result })
  }
  const host = machine()
  if (isRecorded) record(host, FIGURES, results)
  if (!json) return print(host, results)
  const figuresOut = results.map(({ name, title, reach, result: { values, isReached, notes, error } }) => ({
    name,
    title,
    reach,
    ...(error === undefined ? { isReached, ...values, notes } : { error }),
  }))
  process.stdout.write(`${JSON.stringify({ machine: host, raisedLimits: RAISED_LIMITS, figures: figuresOut })}\n`)
})
