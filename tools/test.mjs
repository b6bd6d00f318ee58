#!/usr/bin/env node
// `npm test`: sets up, checks, and runs every test, quick ones first and one stage at a time. Ends with one plain line
// on stdout, "N passed, N failed, N skipped", and exit code 1 if anything failed or was skipped without a reason.
//
//   npm test -- --only unit,integration        stages: check, unit, integration, browser

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'
import { ROOT, ToolError, log, main, run, runBin, seconds } from './run.mjs'
import { setup } from './setup.mjs'

const STAGES = ['check', 'unit', 'integration', 'browser']
const REPORTS = join(ROOT, 'node_modules/.cache/pendopo/reports')

function readStages() {
  const args = process.argv.slice(2)
  if (args.length === 0) return STAGES
  const chosen = args.length === 2 && args[0] === '--only' ? args[1].split(',') : []
  if (chosen.length === 0 || chosen.some((stage) => !STAGES.includes(stage))) {
    throw new ToolError(`unable to test; use --only with some of ${STAGES.join(',')}, not "${args.join(' ')}"`)
  }
  return STAGES.filter((stage) => chosen.includes(stage))
}

/** Runs one vitest project; what its tests came to, as tools/test-report.mjs wrote it. */
async function runProject(project, env) {
  const file = join(REPORTS, `${project}.json`)
  rmSync(file, { force: true })
  const reporters = ['--reporter=default', `--reporter=${join(ROOT, 'tools/test-report.mjs')}`]
  const { code } = await runBin('vitest/vitest.mjs', ['run', '--project', project, '--passWithNoTests', ...reporters], {
    env: { ...env, PENDOPO_TEST_REPORT: file },
  })
  const result = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failures: [`${project}: vitest ended with ${code} and without a report`], skipped: [] }
  // Something else may fail a run, a coverage limit say; the exit code is the last word.
  if (code !== 0 && result.failures.length === 0) result.failures.push(`${project}: vitest ended with ${code}`)
  return result
}

/** Tests on foreign data say so in their name; without that data they may rest. */
const needsCorpora = (name) => /\bcorpora\b/i.test(name)

/** Explains what was skipped; returns how many had no reason to be. */
function explainSkipped(names) {
  const hasCorpora = (process.env.PENDOPO_CORPORA ?? '') !== ''
  const resting = hasCorpora ? [] : names.filter(needsCorpora)
  if (!hasCorpora) {
    log(`not run: ${resting.length} tests on foreign data (corpora); PENDOPO_CORPORA names the folder that holds it`)
  }
  const unexplained = names.filter((name) => !resting.includes(name))
  for (const name of unexplained) log(`skipped without a reason: ${name}`)
  return unexplained.length
}

/** Runs the stages, one after the other. */
async function runStages(stages, env) {
  const sum = { passed: 0, failures: [], skipped: [], broken: [] }
  for (const stage of stages) {
    log(`\ntest: ${stage}`)
    let result
    if (stage === 'check') {
      const { code } = await run(process.execPath, [join(ROOT, 'tools/check.mjs')])
      result = { passed: 0, failures: code === 0 ? [] : ['check: see above'], skipped: [] }
    } else {
      result = await runProject(stage, env)
    }
    if (result.failures.length > 0) sum.broken.push(stage)
    sum.passed += result.passed
    sum.failures.push(...result.failures)
    sum.skipped.push(...result.skipped)
  }
  return sum
}

/** The databases that tests use: one server of each for all stages; each test file makes a database of its own. */
async function withServices(work) {
  // Not earlier: on a fresh checkout the packages are not there before the setup.
  const { ensurePostgres, ensureRedis } = await import('./services.mjs')
  const postgres = await ensurePostgres()
  try {
    const redis = await ensureRedis()
    try {
      return await work({ DATABASE_URL: postgres.url, REDIS_URL: redis.url })
    } finally {
      await redis.stop()
    }
  } finally {
    await postgres.stop()
  }
}

await main(async () => {
  const stages = readStages()
  const started = Date.now()
  await setup()
  const env = stages.some((stage) => stage === 'browser' || stage === 'integration')
    ? { CHROMIUM_PATH: await ensureChromium() }
    : {}
  const { build } = await import('./build.mjs')
  await build()
  mkdirSync(REPORTS, { recursive: true })
  const sum = await withServices((services) => runStages(stages, { ...env, ...services }))
  log('')
  const unexplained = explainSkipped(sum.skipped)
  // Said again at the end: a log of half an hour is read from there, and often only its last lines are kept.
  for (const failure of sum.failures) log(`failed: ${failure}`)
  log(`test: ${seconds(Date.now() - started)}${sum.broken.length > 0 ? `; failed: ${sum.broken.join(', ')}` : ''}`)
  process.stdout.write(`${sum.passed} passed, ${sum.failures.length} failed, ${sum.skipped.length} skipped\n`)
  if (sum.failures.length > 0 || unexplained > 0) process.exitCode = 1
})
