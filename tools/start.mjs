#!/usr/bin/env node
// `npm start`: sets up and builds what is missing, then becomes the server with its demo site. The server runs in this
// very process, and package.json starts it with `exec`, so no shell stands between npm and it: signals and exit codes
// are its own and there is no child to orphan.
//
//   npm start                       PORT (8787) and PENDOPO_DATA (./data) from the environment
//   npm start -- --json             one line of JSON on stdout when ready, all else on stderr
//   npm start -- --port N --data DIR

import { pathToFileURL } from 'node:url'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT, ToolError, main, run } from './run.mjs'
import { setup } from './setup.mjs'

const OPTIONS = { json: { type: 'boolean' }, port: { type: 'string' }, data: { type: 'string' } }
/** Soon enough that a restart finds the port free, rare enough to cost nothing. */
const PARENT_CHECK_MS = 500
const KNOWN = '--json, --port N, --data DIR'

/** Says what is wrong before a minute of installing, not after. */
function readOptions() {
  let values
  try {
    values = parseArgs({ args: process.argv.slice(2), options: OPTIONS, strict: true }).values
  } catch (error) {
    const reason = String(error.message).split(/\.\s/)[0]
    throw new ToolError(`unable to start; ${reason.charAt(0).toLowerCase()}${reason.slice(1)} (known: ${KNOWN})`)
  }
  const port = values.port ?? process.env.PORT ?? '8787'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new ToolError(`unable to start; the port must be a number from 0 to 65535, not "${port}"`)
  }
  const data = values.data ?? process.env.PENDOPO_DATA ?? join(ROOT, 'data')
  if (data === '') throw new ToolError('unable to start; the data folder must have a name (--data or PENDOPO_DATA)')
  // npm runs us in the checkout; a relative folder means the one the person stands in.
  return { json: values.json === true, port, data: resolve(process.env.INIT_CWD ?? process.cwd(), data) }
}

/** A kill -9 of npm reaches nobody else: without npm above it, the server started through it stops in its own way. */
function stopWithoutParent() {
  if (process.env.npm_lifecycle_event !== 'start') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, PARENT_CHECK_MS)
  timer.unref()
}

await main(async () => {
  const { json, port, data } = readOptions()
  await setup()
  // In a process of its own: the bundlers' threads and memory have no place in a server.
  const { code } = await run(process.execPath, [join(ROOT, 'tools/build.mjs')])
  if (code !== 0) throw new ToolError('unable to start; the build failed, its reasons are above')
  const cli = join(ROOT, 'packages/server-adapter/dist/cli.js')
  process.argv = [process.execPath, cli, 'serve', '--demo', '--data', data, '--port', port, ...(json ? ['--json'] : [])]
  stopWithoutParent()
  await import(pathToFileURL(cli).href)
})
