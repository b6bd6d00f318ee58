// One server process of our own: a folder, a free port, and the ways to end it and start it again. What is particular
// to Postgres or Redis comes as arguments. It dies with us, however we end: by the kernel's parent-death signal where
// `setpriv` is there (Linux), by a handler on exit elsewhere.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ToolError } from '../run.mjs'

export const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))

/** A start takes half a second; after a crash, on a busy disk, recovery adds to it. */
const START_TIMEOUT_MS = 60_000
export const LOOK_EVERY_MS = 20
/** Another program may take the free port between our look and the server's start. */
const PORT_ATTEMPTS = 5

export const pause = (ms) => new Promise((resolve) => void setTimeout(resolve, ms))

export function findFreePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

function childrenOf(pid) {
  try {
    const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    return list.split('\n').map(Number).filter(Boolean)
  } catch {
    return []
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Where `ps` cannot tell, a process that is gone or a zombie counts as ended. */
function isRunning(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return process.platform !== 'linux' && send(pid, 0)
  }
}

/**
 * Starts one. `prepare(folder)` makes its data; `command({ folder, port })` gives `{ program, args, setpriv }`, or a promise;
 * `isReady({ folder, port, pid })` tells whether it answers; `haltSignal` asks for an orderly stop, `deathSignal` is what
 * it gets when we die.
 */
export async function startPrivateServer({
  name,
  parent = tmpdir(),
  prepare,
  command,
  isReady,
  toUrl,
  haltSignal,
  deathSignal,
}) {
  const folder = mkdtempSync(join(parent, `pendopo-${name}-`))
  const logFile = join(folder, 'log')
  let port = 0
  let child
  let gone = Promise.resolve()

  const onExit = () => {
    if (child !== undefined) send(child.pid, deathSignal)
  }

  async function launch() {
    const { program, args, setpriv = [] } = await command({ folder, port })
    const [file, ...rest] =
      SETPRIV === undefined ? [program, ...args] : [SETPRIV, '--pdeathsig', deathSignal, ...setpriv, program, ...args]
    const output = openSync(logFile, 'a')
    // An own session, so that Ctrl-C in a terminal reaches us alone and we end it in order.
    const started = spawn(file, rest, { cwd: folder, stdio: ['ignore', output, output], detached: true })
    closeSync(output)
    child = started
    gone = new Promise((resolve) => {
      const end = () => {
        if (child === started) child = undefined
        resolve()
      }
      started.once('exit', end)
      started.once('error', end)
    })
  }

  async function start() {
    await launch()
    const deadline = Date.now() + START_TIMEOUT_MS
    while (child !== undefined) {
      if (await isReady({ folder, port, pid: child.pid })) return
      if (Date.now() > deadline) {
        await kill()
        break
      }
      await pause(LOOK_EVERY_MS)
    }
    throw new ToolError(
      `unable to start ${name} on port ${port}; it says:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`,
    )
  }

  async function kill() {
    if (child === undefined) return gone
    const { pid } = child
    const children = childrenOf(pid)
    for (const each of [pid, ...children]) send(each, 'SIGKILL')
    await gone
    while (children.some(isRunning)) await pause(LOOK_EVERY_MS)
  }

  async function halt() {
    if (child !== undefined) send(child.pid, haltSignal)
    await gone
  }

  async function stop() {
    process.off('exit', onExit)
    await kill()
    rmSync(folder, { recursive: true, force: true })
  }

  process.once('exit', onExit)
  try {
    await prepare?.(folder)
    for (let attempt = 1; ; attempt += 1) {
      port = await findFreePort()
      try {
        await start()
        break
      } catch (error) {
        if (attempt === PORT_ATTEMPTS || !/address already in use/i.test(error.message)) throw error
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { url: toUrl({ folder, port }), port, folder, pid: () => child?.pid, kill, halt, start, stop }
}
