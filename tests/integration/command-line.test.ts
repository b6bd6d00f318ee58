// The command as somebody types it: what it prints where, how it ends, what it says when it cannot.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runNode, startNode, type Running } from '../support/run.ts'
import { CLI } from '../support/server.ts'

const START = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url))

let folder: string
const started: Running[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-cli-'))
})
afterEach(async () => {
  for (const { child, outcome } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await outcome
  }
  rmSync(folder, { recursive: true, force: true })
})

const serve = (...args: string[]): Running => {
  const running = startNode([CLI, 'serve', '--demo', '--json', '--port', '0', '--data', folder, ...args])
  started.push(running)
  return running
}

const status = async (url: string): Promise<number> => (await fetch(url)).status

/** One sentence: one line that ends like one, and no stack. */
const isOneSentence = (text: string): boolean => /^[^\n]{10,}\n?$/.test(text) && !/\n\s+at /.test(text)

async function takePort(): Promise<{ port: number; server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, server }
}

describe('pendopo serve', () => {
  it('[OP1] prints exactly one line of JSON on stdout when it is ready, and serves what it names', async () => {
    const running = serve()
    const ready = JSON.parse(await running.firstLine)
    expect(Object.keys(ready).toSorted()).toEqual(['admin', 'demo', 'inbox', 'site', 'url'])
    expect(ready.admin.email).toContain('@')
    expect(ready.admin.password.length).toBeGreaterThanOrEqual(12)
    expect(await status(ready.demo)).toBe(200)
    expect(await status(ready.inbox)).toBe(200)
    expect(await status(`${ready.url}/health`)).toBe(200)
    expect(await status(`${ready.url}/${ready.site}/widget.js`)).toBe(200)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.outcome
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  it('[OP2] reuses the data at the second start, and tells the password only at the first', async () => {
    const first = serve()
    const before = JSON.parse(await first.firstLine)
    first.child.kill('SIGTERM')
    await first.outcome
    const second = serve()
    const after = JSON.parse(await second.firstLine)
    expect(after.site).toBe(before.site)
    expect(after.admin.email).toBe(before.admin.email)
    expect(after.admin.password).toBeNull()
    const login = await fetch(`${after.url}/api/agent/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: after.url },
      body: JSON.stringify(before.admin),
    })
    expect(login.status).toBe(200)
  })

  it('[OP3] answers a taken port with one sentence and exit code 1', async () => {
    const { port, server } = await takePort()
    const { code, stdout, stderr } = await runNode([CLI, 'serve', '--json', '--port', String(port), '--data', folder])
    server.close()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(String(port))
    expect(stderr).toSatisfy(isOneSentence)
  })

  it.each([
    ['below a file', () => join(folder, 'a-file', 'data')],
    ['where nobody may make one', () => '/proc/nothing/data'],
  ])('[OP4] answers a folder it cannot write with one sentence and exit code 1: %s', async (_where, path) => {
    writeFileSync(join(folder, 'a-file'), '')
    const { code, stdout, stderr } = await runNode([CLI, 'serve', '--json', '--port', '0', '--data', path()])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(path())
    expect(stderr).toSatisfy(isOneSentence)
  })

  it.each([
    ['--colour', 'blue'],
    ['--port', 'eighty'],
    ['--port', '99999'],
    ['nonsense', ''],
  ])('[OP5] answers a wrong option with one sentence and exit code 1: %s %s', async (...args) => {
    const { code, stdout, stderr } = await runNode([CLI, 'serve', '--data', folder, ...args.filter(Boolean)])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toSatisfy(isOneSentence)
  })
})

describe('npm start', () => {
  it.each([['--colour'], ['--port', 'eighty'], ['--port', '99999']])(
    '[OP5] answers a wrong option with one sentence and exit code 1 before it builds anything: %s',
    async (...args) => {
      const { code, stdout, stderr } = await runNode([START, ...args.filter(Boolean)])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toSatisfy(isOneSentence)
    },
  )

  it('[OP1] becomes the server: one line of JSON on stdout, a clean end on SIGINT', async () => {
    const running = startNode([START, '--json', '--port', '0', '--data', folder])
    started.push(running)
    const ready = JSON.parse(await running.firstLine)
    expect(await status(`${ready.url}/health`)).toBe(200)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.outcome
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })
})
