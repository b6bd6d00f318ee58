#!/usr/bin/env node
// Builds every package in the order of their dependencies, and skips what has not changed: a package's stamp is the
// hash of its own files, of the tools and versions that shape the result, and of the stamps of what it builds on.
//
//   node tools/build.mjs [--force]

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPackages } from './build/packages.mjs'
import { ROOT, ToolError, isMain, log as logLine, main, seconds } from './run.mjs'

const CACHE = join(ROOT, 'node_modules/.cache/pendopo')
const LOCK = join(CACHE, 'build.lock')
const SHARED_INPUTS = ['package-lock.json', 'tsconfig.json', 'tools/build.mjs', 'tools/build']

/** Files that never change what a package becomes. */
const IS_NO_INPUT = /(?:^|\/)(?:dist|node_modules|coverage)(?:\/|$)|\.test\.tsx?$|\.md$/

function* filesUnder(path) {
  if (!existsSync(path)) return
  const entries = readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const child = join(path, entry.name)
    if (IS_NO_INPUT.test(relative(ROOT, child))) continue
    if (entry.isDirectory()) yield* filesUnder(child)
    else if (entry.isFile()) yield child
  }
}

function addFile(hash, file) {
  hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0')
}

function sharedHash() {
  const hash = createHash('sha256').update(process.versions.node)
  for (const name of SHARED_INPUTS) {
    const path = join(ROOT, name)
    for (const file of name.includes('.') ? [path] : filesUnder(path)) addFile(hash, file)
  }
  return hash.digest('hex')
}

/** One build at a time in a checkout: two would empty each other's `dist`. The lock of a dead process is taken over. */
async function withLock(log, body) {
  mkdirSync(CACHE, { recursive: true })
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(readText(LOCK))
    if (holder > 0 && !isAlive(holder)) {
      rmSync(LOCK, { force: true })
      continue
    }
    if (!waited) log(`build: waiting for the build of process ${holder}`)
    await sleep(200)
  }
  const release = () => rmSync(LOCK, { force: true })
  process.once('exit', release)
  try {
    return await body()
  } finally {
    process.off('exit', release)
    release()
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** The stamp of the last build: its hash, then every file it left in `dist`. */
const stampFile = (id) => join(CACHE, `build-${id}.stamp`)

function isFresh(entry, hash) {
  const [stamped, ...files] = readText(stampFile(entry.id)).split('\n')
  return stamped === hash && files.every((file) => existsSync(join(entry.folder, file)))
}

function writeStamp(entry, hash) {
  const dist = join(entry.folder, 'dist')
  const files = existsSync(dist)
    ? readdirSync(dist, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => relative(entry.folder, join(file.parentPath, file.name)))
    : []
  writeFileSync(stampFile(entry.id), [hash, ...files].join('\n'))
}

/** The server ships the widget and the inbox as plain files. */
function copyFrontEnds(server) {
  for (const name of ['widget', 'inbox']) {
    const from = join(ROOT, 'packages', name, 'dist/files')
    if (existsSync(from)) cpSync(from, join(server.folder, 'dist/public', name), { recursive: true })
  }
}

/** Builds one package; returns what it could not find. Loads the bundlers only when there is something to do. */
async function buildPackage(entry) {
  rmSync(join(entry.folder, 'dist'), { recursive: true, force: true })
  const config = join(entry.folder, 'vite.config.ts')
  // The widget and the inbox are files for a browser to load, beside what is imported.
  if (existsSync(config)) {
    const { build } = await import('vite')
    await build({ configFile: config, root: entry.folder, logLevel: 'warn' })
  }
  const { buildLibrary } = await import('./build/library.mjs')
  const missing = await buildLibrary(entry)
  if (entry.id === 'server-adapter') copyFrontEnds(entry)
  return missing
}

async function buildChanged({ log, force }) {
  const missing = []
  const shared = sharedHash()
  const hashes = new Map()
  for (const entry of readPackages()) {
    const hash = createHash('sha256').update(shared)
    for (const file of filesUnder(entry.folder)) addFile(hash, file)
    for (const name of entry.workspaceDependencies) hash.update(hashes.get(name) ?? '')
    const stamp = hash.digest('hex')
    hashes.set(entry.name, stamp)
    if (!force && isFresh(entry, stamp)) continue
    const started = Date.now()
    let lacking
    try {
      lacking = await buildPackage(entry)
    } catch (error) {
      throw new ToolError(`unable to build ${entry.name}; ${error?.message ?? error}`)
    }
    if (existsSync(join(entry.folder, 'dist'))) log(`build: ${entry.name} in ${seconds(Date.now() - started)}`)
    for (const file of lacking) log(`build: ${entry.name} has no ${file}`)
    missing.push(...lacking)
    // An incomplete package is looked at again next time.
    if (lacking.length === 0) writeStamp(entry, stamp)
  }
  return missing
}

/** Builds what has changed. `missing` of the result lists sources that an `exports` map promises and nobody wrote. */
export async function build({ log = logLine, force = false } = {}) {
  const nodeEnv = process.env.NODE_ENV
  try {
    return { missing: await withLock(log, () => buildChanged({ log, force })) }
  } finally {
    // vite sets NODE_ENV for the whole process; what runs next must not inherit it.
    if (nodeEnv === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = nodeEnv
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const unknown = process.argv.slice(2).find((argument) => argument !== '--force')
    if (unknown !== undefined) throw new ToolError(`unable to build; unknown option ${unknown} (known: --force)`)
    await build({ force: process.argv.includes('--force') })
  })
}
