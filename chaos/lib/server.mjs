// A server that can be killed, stopped and started again on the same port and data.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CURRENT, fileOf } from './products.mjs'

const PROGRAM = fileURLToPath(new URL('../programs/server.mjs', import.meta.url))

/** What is kept of the server's own words, to be shown when it ends too early. */
const KEPT_LOG = 20_000

/**
 * Starts a server with a site and agents of its own. `join` makes it a further node on a database that has them.
 * `wrap(command, arguments)` puts another program in front (strace, unshare).
 */
export async function startServer({
  product = CURRENT,
  database,
  redis,
  agents = 3,
  origins = [],
  env = {},
  wrap = (command, args) => [command, args],
  join = null,
}) {
  const module = fileOf(product, 'server-adapter', 'dist/index.js')
  let log = ''
  let child
  let ready
  let isUp = false

  async function start(options) {
    isUp = false
    const settings = { module, database, ...(redis !== undefined && { redis }), ...options }
    const [command, args] = wrap(process.execPath, [PROGRAM, JSON.stringify(settings)])
    const started = Date.now()
    child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    child.stdin.on('error', () => undefined)
    child.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-KEPT_LOG)))
    const current = child
    ready = await new Promise((resolve, reject) => {
      let text = ''
      current.stdout.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
        if (text.endsWith('\n')) resolve(JSON.parse(text))
      })
      current.once('error', reject)
      current.once('exit', (code, signal) =>
        reject(new Error(`the server ended with ${signal ?? code} before it was ready\n${log}`)),
      )
    })
    isUp = true
    return Date.now() - started
  }

  await start(join === null ? { site: 'chaos', agents, origins } : {})
  const entry = join ?? ready.entry
  const { port } = ready
  const gone = async (signal) => {
    isUp = false
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    process.kill(ready.pid, signal)
    await exit
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    entry,
    pid: () => ready.pid,
    log: () => log,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    /** Whether a balancer would send people here: it listens, and nobody has told it to go. */
    isServing: () => isUp && child.exitCode === null && child.signalCode === null,
    /** SIGKILL: no goodbye, no flush. */
    kill: () => gone('SIGKILL'),
    /** SIGTERM: it drains. */
    stop: () => gone('SIGTERM'),
    signal: (signal) => void process.kill(ready.pid, signal),
    /** Starts it again; resolves with the milliseconds until it listened. */
    restart: () => start({ port }),
    async close() {
      await gone('SIGKILL')
    },
  }
}
