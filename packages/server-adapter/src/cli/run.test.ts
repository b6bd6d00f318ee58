import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explain, run } from './run.ts'

let folder: string
const stops: (() => void)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-cli-'))
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a command to its end; its output, or why it failed. */
async function pendopo(...args: string[]): Promise<string> {
  let text = ''
  const terminal = {
    out: (part: string) => void (text += part),
    env: { PENDOPO_DATA: folder },
    stopped: () => Promise.resolve(),
  }
  return run(args, terminal).then(
    () => text,
    (error: unknown) => `failed: ${explain(error)}`,
  )
}

/** Starts `serve`; resolves with its first output. */
async function serving(...args: string[]) {
  let ready = (_text: string) => {}
  const first = new Promise<string>((resolve) => (ready = resolve))
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => (stop = resolve))
  stops.push(stop)
  const end = run(['serve', '--port', '0', ...args], {
    out: ready,
    env: { PENDOPO_DATA: folder },
    stopped: () => stopped,
  })
  return { output: await Promise.race([first, end.then(() => '')]), stop: () => (stop(), end) }
}

describe('pendopo serve', () => {
  it('[OP1] says in one line of JSON where everything is, and ends when asked', async () => {
    const { output, stop } = await serving('--demo', '--json')
    expect(output.trim().split('\n')).toHaveLength(1)
    const ready = JSON.parse(output)
    expect(ready).toMatchObject({
      site: 'demo',
      admin: { email: 'admin@pendopo.localhost', password: expect.stringMatching(/^\w{20}$/) },
    })
    const login = await fetch(`${ready.url}/api/agent/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ready.url },
      body: JSON.stringify(ready.admin),
    })
    expect(login.status).toBe(200)
    await stop()
    await expect(fetch(`${ready.url}/health`)).rejects.toThrow()
  })

  it('[OP2] tells the password at the first start only', async () => {
    const first = await serving('--demo', '--json')
    await first.stop()
    const second = await serving('--demo', '--json')
    expect(JSON.parse(second.output).admin).toEqual({ email: 'admin@pendopo.localhost', password: null })
    await second.stop()
  })

  it('[OP3] a taken port is one sentence', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => void other.listen(0, resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await pendopo('serve', '--port', String(port))).toBe(
      `failed: unable to listen on port ${port}; another program uses it`,
    )
    other.close()
  })

  it('[OP4] a folder that cannot be is one sentence', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    expect(await pendopo('serve', '--data', join(file, 'data'))).toMatch(
      /^failed: unable to make the folder .*a-file\/data; a file stands in its place$/,
    )
  })

  it.each([
    [['serve', '--colour', 'blue'], /unknown option '--colour' \(known: .*--port/],
    [['serve', '--port', 'eighty'], /the port must be a number from 0 to 65535, not "eighty"/],
    [['serve', '--port', '65536'], /the port must be a number/],
    [['serve', 'nonsense'], /write it as: pendopo serve/],
    [['dance'], /there is no command "dance" \(known: serve/],
    [['site'], /there is no command "site"/],
    [['agent', 'add', 'nobody'], /"nobody" is not an e-mail address, such as/],
    [['agent', 'add', 'a@b.example', '--role', 'king'], /there is no role "king" \(known: admin/],
    [['agent', 'password', 'a@b.example'], /there is no agent a@b.example/],
  ])('[OP5] %j is answered with one sentence', async (args, sentence) => {
    const text = await pendopo(...args)
    expect(text).toMatch(/^failed: [^\n]+$/)
    expect(text).toMatch(sentence)
  })
})

describe('sites and agents', () => {
  it('[SC3] says which origin was stored for what was typed, and refuses what is none', async () => {
    const text = await pendopo('site', 'add', 'Acme', 'https://Acme.example/')
    expect(text).toContain('origin  https://acme.example  (for "https://Acme.example/")')
    expect(text).toContain('<script async src="http://localhost:8787/acme/widget.js"></script>')
    expect(await pendopo('site', 'list')).toMatch(/^acme\tAcme\thttps:\/\/acme\.example\tpk_/)
    expect(await pendopo('site', 'add', 'Shop', 'acme.example/shop')).toMatch(/^failed: .*https:\/\/acme\.example$/)
    expect(await pendopo('site', 'add', 'Acme', 'https://acme.example')).toBe(
      'failed: unable to add the site acme; the id is in use',
    )
  })

  it("[OP7] tells an agent's password once, and a new one on request", async () => {
    const password = /password {2}(\w{20})/
    const first = password.exec(await pendopo('agent', 'add', 'Ayu.Lestari@acme.example', '--role', 'admin'))?.[1]
    expect(await pendopo('agent', 'list')).toBe('ayu.lestari@acme.example\tAyu Lestari\tadmin\tactive\n')
    const second = password.exec(await pendopo('agent', 'password', 'ayu.lestari@acme.example'))?.[1]
    expect(second).not.toBe(first)
    expect(await pendopo('agent', 'add', 'ayu.lestari@acme.example')).toMatch(/^failed: .*the address is in use$/)
  })

  it('[OP7] tells its help and its version', async () => {
    expect(await pendopo()).toContain('pendopo site add NAME ORIGIN')
    expect(await pendopo('site', 'add', '--help')).toContain('pendopo serve')
    expect(await pendopo('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
