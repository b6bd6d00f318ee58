// Starts other programs for the tools: their output goes to stderr (stdout belongs to the one line of `--json`), and a
// signal that ends us reaches them first, so that nothing is left running behind a closed terminal.

import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** Writes one progress line to stderr. */
export const log = (line) => void process.stderr.write(`${line}\n`)

/** A failure whose message is the whole story: printed as one sentence, without a stack. */
export class ToolError extends Error {}

/** Runs the tool's main function; what a user can mend becomes one line on stderr, any failure exit code 1. */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    log(explain(error))
    process.exitCode = 1
  }
}

const MAY_NOT = ['EACCES', 'EPERM', 'EROFS']

function explain(error) {
  if (error instanceof ToolError) return error.message
  if (MAY_NOT.includes(error?.code) && error.path !== undefined)
    return `unable to ${error.syscall} ${error.path}; this user may not: it takes a checkout that belongs to whoever runs it`
  return String(error?.stack ?? error)
}

/** Whether this module is the program that was started, not imported by another. */
export const isMain = (moduleUrl) => process.argv[1] !== undefined && fileURLToPath(moduleUrl) === process.argv[1]

/**
 * Runs a program to its end. `output: 'stderr'` (default) shows what it prints as it comes, `'capture'` keeps it.
 * Resolves to `{ code, stdout, stderr, output }` (all empty unless captured); `code` is 1 when a signal ended it.
 */
export function run(command, args, { output = 'stderr', env, cwd = ROOT } = {}) {
  const stdio = output === 'capture' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2]
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio, env: { ...process.env, ...env } })
    const text = { stdout: '', stderr: '', output: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (chunk) => {
        text[name] += chunk
        text.output += chunk
      })
    }
    // A second listener of ours would keep Node alive after the signal: pass it on, wait for the child, then leave.
    const forward = (signal) => {
      child.kill(signal)
      child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143))
    }
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward)
    const release = () => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, forward)
    }
    child.once('error', (error) => {
      release()
      reject(new ToolError(`unable to run ${command}; ${error.message}`))
    })
    child.once('close', (code) => {
      release()
      resolve({ code: code ?? 1, ...text })
    })
  })
}

/** Runs a tool installed in `node_modules`, by the file its package names in `bin`. */
export const runBin = (file, args, options) =>
  run(process.execPath, [join(ROOT, 'node_modules', file), ...args], options)

/** Runs npm: the one that runs us, where there is one. */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('npm-cli.js') === true
    ? run(process.execPath, [cli, ...args], options)
    : run('npm', args, options)
}

/** Calls `tick(seconds)` every few seconds while the work lasts: a long silent step must not look like a hang. */
export async function withHeartbeat(work, tick, everyMs = 10_000) {
  const started = Date.now()
  const timer = setInterval(() => tick(Math.round((Date.now() - started) / 1000)), everyMs)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

/** `1.2 s`, for progress lines. */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`
