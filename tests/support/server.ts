// A real server for tests: the built command in a process of its own, on a free port, with a data folder of its own.
// It can be killed like a power cut and started again on the same port and data.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'

export const CLI = fileURLToPath(new URL('../../packages/server-adapter/dist/cli.js', import.meta.url))

/** What `pendopo serve --demo --json` prints when it is ready. */
const Ready = v.object({
  url: v.string(),
  demo: v.string(),
  inbox: v.string(),
  site: v.string(),
  admin: v.object({ email: v.string(), password: v.nullable(v.string()) }),
})
export type Ready = v.InferOutput<typeof Ready>

export interface TestServer {
  readonly url: string
  readonly demo: string
  readonly inbox: string
  readonly site: string
  readonly admin: { readonly email: string; readonly password: string }
  readonly folder: string
  /** Everything the server has written to stderr. */
  log(): string
  /** SIGKILL: no goodbye, no flush. Resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM: resolves with its exit code when it has drained. */
  stop(): Promise<number | null>
  /** Starts it again on the same port and data. */
  restart(): Promise<void>
  /** Runs `pendopo …` on the same data. */
  command(...args: string[]): Promise<string>
  /** Stops it and deletes its data. */
  close(): Promise<void>
}

interface Started {
  readonly child: ChildProcess
  readonly ready: Ready
}

/** Where the data is: a folder, and a database elsewhere for who has one. */
const dataOptions = (folder: string, database: string | undefined): readonly string[] =>
  database === undefined ? ['--data', folder] : ['--data', folder, '--database', database]

function launch(data: readonly string[], port: number, onLog: (text: string) => void): Promise<Started> {
  if (!existsSync(CLI)) throw new Error(`unable to start a server; ${CLI} is not built: run "npm run build"`)
  const child = spawn(process.execPath, [CLI, 'serve', '--demo', '--json', '--port', String(port), ...data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr.setEncoding('utf8').on('data', onLog)
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      try {
        resolve({ child, ready: v.parse(Ready, JSON.parse(line)) })
      } catch (error) {
        reject(error)
      }
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** Starts a server with its demo site and first admin; its database is a file, or the one that is named. */
export async function startServer({ database }: { readonly database?: string } = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'pendopo-test-'))
  const data = dataOptions(folder, database)
  let log = ''
  const onLog = (text: string) => void (log += text)
  const launched = async (port: number) => {
    try {
      return await launch(data, port, onLog)
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${log}`, { cause: error })
    }
  }
  let { child, ready } = await launched(0)
  const { password } = ready.admin
  if (password === null) throw new Error('a fresh server told no password')
  const port = Number(new URL(ready.url).port)
  return {
    url: ready.url,
    demo: ready.demo,
    inbox: ready.inbox,
    site: ready.site,
    admin: { email: ready.admin.email, password },
    folder,
    log: () => log,
    kill: () => end(child, 'SIGKILL'),
    async stop() {
      await end(child, 'SIGTERM')
      return child.exitCode
    },
    async restart() {
      ;({ child, ready } = await launched(port))
    },
    command: (...args) => runCommand(data, args),
    async close() {
      await end(child, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs the command to its end; resolves with what it printed, rejects where it failed. */
async function runCommand(data: readonly string[], args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args, ...data], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (output += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`pendopo ${args.join(' ')} ended with ${code}\n${output}`)
  return output
}
