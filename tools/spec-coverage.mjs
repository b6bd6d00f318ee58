#!/usr/bin/env node
// Compares the numbered rules of docs/spec.md (`**OB3**`) with the tests that cite them (`[OB3] …`): a rule without a
// test is a wish, a test without a rule checks something nobody promised. Either is a failure.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, ToolError, isMain, log, main } from './run.mjs'

const RULE = /\*\*([A-Z]{2}\d+)\*\*/g
/** `[OB3]`, or `[OB3, OB4]` where one test proves two rules. */
const CITATION = /\[([A-Z]{2}\d+(?:,\s*[A-Z]{2}\d+)*)\]/g

function testFiles() {
  const files = []
  for (const folder of ['packages', 'examples', 'tests']) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      // Contract suites are called by tests and hold their names: `store-contract.ts` and the like.
      const isTest = /\.(?:test|bench)\.tsx?$|[-.]contract\.tsx?$/.test(entry.name)
      if (entry.isFile() && isTest && !/\/(?:node_modules|dist)\//.test(path)) files.push(path)
    }
  }
  return files
}

/** Rules nobody tests, and cited numbers nobody wrote down with the file that cites them. */
export function compareSpec() {
  const spec = join(ROOT, 'docs/spec.md')
  const text = existsSync(spec) ? readFileSync(spec, 'utf8') : ''
  const defined = [...text.matchAll(RULE)].map(([, rule]) => rule)
  const cited = new Map()
  for (const file of testFiles()) {
    for (const [, list] of readFileSync(file, 'utf8').matchAll(CITATION)) {
      for (const rule of list.split(/,\s*/)) cited.set(rule, file.slice(ROOT.length + 1))
    }
  }
  return {
    rules: defined.length,
    doubled: defined.filter((rule, index) => defined.indexOf(rule) !== index),
    untested: defined.filter((rule) => !cited.has(rule)),
    unwritten: [...cited].filter(([rule]) => !defined.includes(rule)).map(([rule, file]) => `${rule} (${file})`),
  }
}

if (isMain(import.meta.url)) {
  await main(() => {
    const { rules, doubled, untested, unwritten } = compareSpec()
    if (doubled.length > 0) log(`numbered twice in docs/spec.md: ${doubled.join(', ')}`)
    if (untested.length > 0) log(`rules without a test: ${untested.join(', ')}`)
    if (unwritten.length > 0) log(`cited by a test, not in docs/spec.md: ${unwritten.join(', ')}`)
    const wrong = doubled.length + untested.length + unwritten.length
    if (wrong > 0) throw new ToolError(`${wrong} of ${rules} rules and their tests do not match`)
    log(`${rules} rules, each with a test`)
  })
}
