// Runs a program to its end and keeps what it said.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  /** Resolves with the first line on stdout; rejects where the program ends without one. */
  readonly firstLine: Promise<string>
  readonly outcome: Promise<Outcome>
}

/** Starts a program with Node. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let stdout = ''
  let stderr = ''
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const end = stdout.indexOf('\n')
      if (end !== -1) resolve(stdout.slice(0, end))
    })
    child.once('close', (code) => reject(new Error(`ended with ${code} before it said anything\n${stderr}`)))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text))
  const outcome = once(child, 'close').then(([code, signal]): Outcome => ({ code, signal, stdout, stderr }))
  // Not everybody waits for the first line.
  firstLine.catch(() => {})
  return { child, firstLine, outcome }
}

/** Runs a program with Node to its end. */
export const runNode = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  startNode(args, env).outcome
