#!/usr/bin/env node
// Makes a fresh clone runnable: the right Node, the packages of the lock file, and better-sqlite3's native part.
// Uses nothing but Node, since nothing else is there yet. Does nothing, quickly, when all is in place.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, ToolError, isMain, log, main, run, runNpm, seconds, withHeartbeat } from './run.mjs'

const LOCK = join(ROOT, 'package-lock.json')
const STAMP = join(ROOT, 'node_modules/.cache/pendopo/setup.stamp')

const readText = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** What vite and the other tools ask for (`engines` of package.json): 21 and the first releases of 22 lack what they use. */
export function isNodeRight(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
}

function checkNode() {
  const { node } = process.versions
  if (isNodeRight(node)) return
  const newer = node.startsWith('21.') || node.startsWith('22.') ? 'Node 22.12 or newer' : 'Node 20.19 or newer'
  throw new ToolError(`unable to run on Node ${node}; the tools that build Pendopo need ${newer}: https://nodejs.org`)
}

/** Whether what npm wrote into `node_modules` is what the lock file asks for, package by package. */
function isInstalled() {
  const hidden = readText(join(ROOT, 'node_modules/.package-lock.json'))
  if (hidden === undefined) return false
  const installed = JSON.parse(hidden).packages
  return Object.entries(JSON.parse(readFileSync(LOCK, 'utf8')).packages).every(
    ([path, wanted]) =>
      path === '' || wanted.optional === true || installed[path]?.version === wanted.version || wanted.link === true,
  )
}

async function install() {
  log('setup: installing packages (npm ci), a minute or two on a slow network …')
  const started = Date.now()
  const beat = (passed) => log(`setup: still installing, ${passed} s`)
  // The project's .npmrc silences npm; here its own words are wanted.
  const { code } = await withHeartbeat(runNpm(['ci', '--loglevel=notice', '--no-progress']), beat)
  if (code !== 0) throw new ToolError('unable to install the packages; npm ci failed, its reasons are above')
  log(`setup: packages installed in ${seconds(Date.now() - started)}`)
}

/** Whether the native part loads, asked in a process of its own: a wrong binary may crash the one that loads it. */
async function canLoadSqlite() {
  const script = "const D = require('better-sqlite3'); new D(':memory:').close()"
  return (await run(process.execPath, ['-e', script], { output: 'capture' })).code === 0
}

async function ensureSqlite() {
  if (await canLoadSqlite()) return
  log('setup: building better-sqlite3 for this machine, about a minute …')
  const rebuild = runNpm(['rebuild', 'better-sqlite3', '--loglevel=notice'])
  await withHeartbeat(rebuild, (passed) => log(`setup: still building, ${passed} s`))
  if (await canLoadSqlite()) return
  throw new ToolError(
    'unable to load better-sqlite3; no prebuilt binary was found and compiling it failed: install python3, make and g++ ' +
      '(Debian: apt-get install -y python3 make g++) and start again',
  )
}

/** Brings the checkout to where the other tools can work. */
export async function setup() {
  checkNode()
  const lock = createHash('sha256').update(readFileSync(LOCK)).digest('hex')
  // The native part belongs to one ABI: another Node on the same checkout has to look again.
  const stamp = `${lock} ${process.platform}-${process.arch}-${process.versions.modules}\n`
  if (readText(STAMP) === stamp && readText(join(ROOT, 'node_modules/.package-lock.json')) !== undefined) return
  if (!isInstalled()) await install()
  await ensureSqlite()
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, stamp)
}

if (isMain(import.meta.url)) await main(setup)
