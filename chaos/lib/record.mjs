// Keeps the last full result of each row in docs/reliability.json, and writes docs/reliability.md from it. Nobody types
// into either: a row that was not run keeps what it had, with its date.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../tools/run.mjs'
import { SCENARIOS } from '../scenarios/index.mjs'

const JSON_FILE = join(ROOT, 'docs/reliability.json')
const TEXT_FILE = join(ROOT, 'docs/reliability.md')
/** Written by `npm run simulate -- --record`. */
const SIMULATION_FILE = join(ROOT, 'docs/reliability-simulation.json')

const HEAD = `# Reliability, as measured

The promise is in [decisions/](decisions/) and [spec.md](spec.md): *sent means stored; exactly once; one order; nothing is
missed; unsent messages survive; honest failure*. This page is what came out when each fault was tried in full volume
against real servers, databases, clients and browsers. It is written by \`npm run chaos -- --scale full --record\` from
[reliability.json](reliability.json), and by nobody else.

How it is judged: an oracle reads the log from the database itself and over the protocol as a newcomer, and compares it with
what every client was told. **lost**: ticked and not stored. **missing**: written, and not stored after everything had come
to rest. **duplicates**: stored, or seen, twice. **gaps**: in either numbering. **order**: against a sender's order, or time.
**differing**: what a client or a newcomer shows is not what is stored. \`npm test\` runs all of it in small.
`

const COLUMNS = ['sent', 'acked', 'stored', 'lost', 'missing', 'duplicates', 'gaps', 'orderErrors', 'differing']

const cell = (value) => (value === undefined ? '' : value.toLocaleString('en-GB'))

function toRow({ name, row, title }, result) {
  if (result === undefined) return `| ${row} | ${title} (\`${name}\`) | not run yet |${' |'.repeat(COLUMNS.length + 1)}`
  const counts = COLUMNS.map((column) => cell(result.counts[column]))
  const day = result.date.slice(0, 10)
  return `| ${row} | ${title} (\`${name}\`) | ${result.passed ? 'held' : '**failed**'} | ${counts.join(' | ')} | ${day} |`
}

function toDetails({ title, name }, { machine, fault, seed, date, durationMs, counts, faults, passed }) {
  const { commit, cpu, cores, memoryGB, system, node } = machine
  return [
    `### ${title}`,
    '',
    `${fault}.`,
    '',
    `\`npm run chaos -- --only ${name} --scale full --seed ${seed}\`: ${passed ? 'held' : 'failed'} on ${date} at ${commit} in ${Math.round(durationMs / 1_000)} s (${cpu}, ${cores} cores, ${memoryGB} GB, ${system}, Node ${node}).`,
    '',
    Object.entries(counts)
      .map(([what, count]) => `${what} ${cell(count)}`)
      .join(' · '),
    '',
    ...faults.map((fault) => `- ${fault}`),
    ...(faults.length > 0 ? [''] : []),
  ]
}

/** Row 1: worlds of clients, network and server under one manual clock, and what broke in them. */
function toSimulation() {
  const { runs } = read(SIMULATION_FILE, { runs: [] })
  if (runs.length === 0) return []
  return [
    '## Simulation',
    '',
    'Both cores as they are, in one process under a manual clock, with every fault above that a machine can have: up to 200',
    'operations in each world, one world for each seed. `npm test` runs the first 500 and each of eight mutants of the product,',
    'which must all be noticed.',
    '',
    '| command | worlds | broke a promise | date |',
    '| --- | ---: | --- | --- |',
    ...runs.map(({ date, seeds: { from, count }, broken, seconds }) => {
      const which =
        broken.length === 0 ? 'none' : `${broken.length}: seeds ${broken.map(({ seed }) => seed).join(', ')}`
      return `| \`npm run simulate -- --from ${from} --seeds ${count}\` (${seconds} s) | ${cell(count)} | ${which} | ${date} |`
    }),
    '',
  ]
}

/** Puts one result into both files. */
export function record(machine, result) {
  const results = read(JSON_FILE, {})
  results[result.name] = { machine, ...result }
  writeFileSync(JSON_FILE, `${JSON.stringify(results, null, 2)}\n`)
  writeText()
}

/** Writes the page anew from what was kept. */
export function writeText() {
  const results = read(JSON_FILE, {})
  const known = SCENARIOS.filter(({ name }) => results[name] !== undefined)
  const text = [
    HEAD,
    `| row | fault | promise | ${COLUMNS.map((column) => column.replace('Errors', '')).join(' | ')} | date |`,
    `| --- | --- | --- |${' ---: |'.repeat(COLUMNS.length)} --- |`,
    ...SCENARIOS.map((scenario) => toRow(scenario, results[scenario.name])),
    '',
    ...toSimulation(),
    ...known.flatMap((scenario) => toDetails(scenario, results[scenario.name])),
  ]
  writeFileSync(TEXT_FILE, `${text.join('\n').trimEnd()}\n`)
}

function read(file, otherwise) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return otherwise
  }
}
