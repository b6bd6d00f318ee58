#!/usr/bin/env node
// `npm test`: sets up, checks, and runs every test, quick ones first and one stage at a time. Ends with one plain line
// on stdout, "N passed, N failed, N skipped", and exit code 1 if anything failed or was skipped without a reason.
//
//   npm test -- --only unit,integration        stages: check, unit, integration, browser

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
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

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** What failed, a line each: the file, the test, and the first line of why. A file without tests fails as a whole. */
function namesOfFailures(files) {
  return files.flatMap((file) => {
    const name = relative(ROOT, file.name)
    if (file.status === 'failed' && file.assertionResults.length === 0) return [`${name}: ${firstLine(file.message)}`]
    return file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${name}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`)
  })
}

const firstLine = (text = '') => text.split('\n', 1)[0]

/** Runs one vitest project and counts its tests. */
async function runProject(project, env) {
  const file = join(REPORTS, `${project}.json`)
  rmSync(file, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { code } = await runBin('vitest/vitest.mjs', ['run', '--project', project, '--passWithNoTests', ...reporters], {
    env,
  })
  const files = readReport(file)?.testResults ?? []
  const tests = files.flatMap((result) => result.assertionResults)
  const failed = tests.filter((test) => test.status === 'failed').length
  // A file that cannot be loaded has no tests to fail, and an unhandled error belongs to none: each is a failure still.
  const brokenFiles = files.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  ).length
  const failures = failed + brokenFiles
  return {
    names: failures === 0 && code !== 0 ? [`${project}: vitest ended with ${code}`] : namesOfFailures(files),
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failures === 0 && code !== 0 ? 1 : failures,
    skipped: tests.filter((test) => test.status !== 'passed' && test.status !== 'failed').map((test) => test.fullName),
  }
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
  const sum = { passed: 0, failed: 0, skipped: [], broken: [], failures: [] }
  for (const stage of stages) {
    log(`\ntest: ${stage}`)
    let result
    if (stage === 'check') {
      const { code } = await run(process.execPath, [join(ROOT, 'tools/check.mjs')])
      result = { passed: 0, failed: code === 0 ? 0 : 1, skipped: [], names: ['check: see above'] }
    } else {
      result = await runProject(stage, env)
    }
    if (result.failed > 0) {
      sum.broken.push(stage)
      sum.failures.push(...result.names)
    }
    sum.passed += result.passed
    sum.failed += result.failed
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
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped\n`)
  if (sum.failed > 0 || unexplained > 0) process.exitCode = 1
})
