// A vitest reporter for tools/test.mjs: what a run came to, in a file of JSON. Vitest's own JSON leaves out the errors
// that belong to no test (a promise nobody awaits, a worker that dies), though they fail a run like any other.
//
//   { "passed": number, "failures": [a line each], "skipped": [full names] }

import { writeFileSync } from 'node:fs'

const firstLine = (text = '') => text.split('\n', 1)[0]

const ownFrames = (stack = '') =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 4)
    .map((line) => line.trim())
    .join(' ')

/** One line: what kind of error it is, what it says, where it was raised, and beside which test. */
function describeStray(error) {
  const beside = [error.VITEST_TEST_PATH, error.VITEST_TEST_NAME].filter(Boolean).join(': ')
  return [
    `${error.type ?? 'an error of no test'}: ${error.name ?? 'Error'}: ${firstLine(error.message)}`,
    // What the pool says of a worker that died stands in the cause.
    ...(error.cause?.message === undefined ? [] : [`(${firstLine(error.cause.message)})`]),
    ownFrames(error.stack),
    ...(beside === '' ? [] : [`(beside ${beside})`]),
  ].join(' ')
}

/** Vitest asks a reporter's module for its default export. */
export default class TestReport {
  onTestRunEnd(modules, strayErrors) {
    const report = { passed: 0, failures: strayErrors.map(describeStray), skipped: [] }
    for (const file of modules) {
      const fail = (name, errors) =>
        report.failures.push([file.relativeModuleId, name, firstLine(errors[0]?.message)].filter(Boolean).join(': '))
      // Of a file that cannot be loaded, or a hook that fails for a whole group.
      if (file.errors().length > 0) fail('', file.errors())
      // Its worker ended in the middle; the error that says so names no file.
      if (['queued', 'pending'].includes(file.state())) fail('', [{ message: 'it did not come to its end' }])
      for (const suite of file.children.allSuites()) {
        if (suite.errors().length > 0) fail(suite.fullName, suite.errors())
      }
      for (const test of file.children.allTests()) {
        const { state, errors } = test.result()
        if (state === 'passed') report.passed += 1
        else if (state === 'failed') fail(test.fullName, errors)
        else report.skipped.push(test.fullName)
      }
    }
    writeFileSync(process.env.PENDOPO_TEST_REPORT, JSON.stringify(report))
  }
}
