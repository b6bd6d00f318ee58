import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../log/create-log.ts'
import { openDatabase } from '../open-database.ts'
import { newVisitor, openCommand, postCommand } from '../testing/store-contract/fixture.ts'
import { COMMANDS } from './commands.ts'
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
    mkdirSync(join(folder, 'pendopo.db'))
    expect(await pendopo('serve', '--data', folder)).toMatch(
      /^failed: unable to open the database .*pendopo\.db; it cannot be written: may this user write/,
    )
  })

  it.each([
    [['serve', '--colour', 'blue'], /unknown option '--colour' \(known: .*--port/],
    [['serve', '--port', 'eighty'], /the port must be a number from 0 to 65535, not "eighty"/],
    [['serve', '--port', '65536'], /the port must be a number/],
    [['serve', '--drain-wait', 'soon'], /--drain-wait is a number of seconds up to 600, not "soon"/],
    [['serve', 'nonsense'], /write it as: pendopo serve/],
    [['dance'], /there is no command "dance" \(known: serve/],
    [['site'], /there is no command "site"/],
    [
      ['site', 'add', ' ', 'https://acme.example'],
      /unable to name the site " "; .*1 to 120 characters, such as "Acme"/,
    ],
    [['site', 'add', 'a'.repeat(121), 'https://acme.example'], /unable to name the site .*1 to 120 characters/],
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

  it('[OP17] changes the keys of a site: adds, lists and removes them, and refuses what is none', async () => {
    await pendopo('site', 'add', 'Acme', 'https://acme.example')
    const added = await pendopo('site', 'key', 'add', 'acme', '--kid', '2026-11')
    expect(added).toMatch(/kid {5}2026-11\n {2}alg {5}HS256\n {2}secret {2}[\w-]{43} /)
    const pem = join(folder, 'key.pem')
    writeFileSync(pem, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }))
    expect(await pendopo('site', 'key', 'add', 'acme', '--kid', 'ed', '--public-key', pem)).toContain('EdDSA')
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    writeFileSync(pem, publicKey.export({ type: 'spki', format: 'pem' }))
    expect(await pendopo('site', 'key', 'add', 'acme', '--public-key', pem)).toMatch(/^failed: .*Ed25519 in PEM/)
    expect(await pendopo('site', 'key', 'add', 'acme', '--kid', 'ed')).toMatch(/^failed: .*the kid ed is in use$/)
    expect(await pendopo('site', 'key', 'add', 'nobody')).toBe('failed: there is no site "nobody"')
    expect(await pendopo('site', 'key', 'remove', 'acme', 'first')).toContain('is removed')
    expect(await pendopo('site', 'key', 'remove', 'acme', 'first')).toMatch(/^failed: .*has no key "first"$/)
    const listed = (await pendopo('site', 'key', 'list', 'acme'))
      .split('\n')
      .map((line) => line.split('\t').slice(0, 2))
    expect(listed).toEqual([['2026-11', 'HS256'], ['ed', 'EdDSA'], ['']])
  })

  it('[OP7] deactivates, activates and signs out an agent', async () => {
    await pendopo('agent', 'add', 'ayu@acme.example')
    expect(await pendopo('agent', 'deactivate', 'ayu@acme.example')).toContain('deactivated')
    expect(await pendopo('agent', 'list')).toContain('inactive')
    expect(await pendopo('agent', 'activate', 'ayu@acme.example')).toContain('is active')
    expect(await pendopo('agent', 'sign-out', 'ayu@acme.example')).toContain('signed out everywhere')
    expect(await pendopo('agent', 'reset-two-step', 'ayu@acme.example')).toContain('with the password alone')
    expect(await pendopo('agent', 'reset-two-step', 'nobody@acme.example')).toMatch(/^failed: there is no agent/)
    expect(await pendopo('agent', 'sign-out', 'nobody@acme.example')).toMatch(/^failed: there is no agent/)
  })

  it('[OP7] tells its help and its version', async () => {
    expect(await pendopo()).toContain('pendopo site add NAME ORIGIN')
    expect(await pendopo('site', 'add', '--help')).toMatch(/^pendopo site add NAME ORIGIN/)
    expect(await pendopo('restore', '--help')).toContain('--overwrite')
    expect(await pendopo('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('pendopo jobs', () => {
  it('[OP29] lists the parked jobs, releases one, and releases all', async () => {
    expect(await pendopo('jobs', 'list')).toBe('No job is parked.\n')
    const streams = await parkTwo()
    const lines = (await pendopo('jobs', 'list')).trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    for (const stream of streams)
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^mail\\t${stream}\\t1\\t\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\tno such host$`)),
      )
    const [one = '', other = ''] = streams
    expect(await pendopo('jobs', 'release', 'mail', one)).toMatch(/^1 job\(s\) released/)
    expect(await pendopo('jobs', 'release', 'mail', one)).toMatch(/^failed: there is no parked job mail [^\n]+$/)
    expect(await pendopo('jobs', 'list')).toContain(other)
    expect(await pendopo('jobs', 'list')).not.toContain(one)
    expect(await pendopo('jobs', 'release', '--all')).toMatch(/^1 job\(s\) released/)
    expect(await pendopo('jobs', 'list')).toBe('No job is parked.\n')
    expect(await pendopo('jobs', 'release', '--all')).toMatch(/^0 job/)
    for (const args of [[], ['mail'], ['mail', one, '--all']])
      expect(await pendopo('jobs', 'release', ...args)).toMatch(/^failed: write it as: pendopo jobs release/)
  })
})

describe('docs/operations.md', () => {
  const page = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8')
  const folderOfCommands = new URL('./', import.meta.url)
  const sources = readdirSync(folderOfCommands).filter((name) => /^[a-z-]+\.ts$/.test(name))
  const variables = sources.flatMap((name) =>
    Array.from(
      readFileSync(new URL(name, folderOfCommands), 'utf8').matchAll(/\benv\.([A-Z_]+)/g),
      ([, variable = '']) => variable,
    ),
  )

  it.each([...COMMANDS.keys()])('[OP32] names the command %s, which has its help', async (name) => {
    expect(page).toMatch(new RegExp(`[\`\\s]${name}[\`\\s]`))
    expect(await pendopo(...name.split(' '), '--help')).toMatch(new RegExp(`^pendopo ${name}[ \n]`))
  })

  it('[OP32] names every variable that a command reads', () => {
    expect(variables).toContain('PENDOPO_DATABASE')
    expect(variables.filter((variable) => !page.includes(`\`${variable}\``))).toEqual([])
  })
})

/** Two conversations whose reader gave up on them. */
async function parkTwo(): Promise<readonly string[]> {
  const readers = [{ name: 'mail', streams: ['conversation'], delayMs: 0 }] as const
  const store = await openDatabase(`file:${join(folder, 'pendopo.db')}`, readers)
  try {
    const log = createLog({ store, now: Date.now })
    const workspace = await store.directory.defaultWorkspace()
    for (let n = 0; n < 2; n++)
      await log.submit({
        workspace,
        stream: null,
        commands: [openCommand(), postCommand('hello')],
        actor: newVisitor(),
      })
    const jobs = await store.jobs.claim('mail', 2, 60_000)
    await Promise.all(jobs.map((job) => store.jobs.fail(job, { dueAt: 0, error: 'no such\n  host', parked: true })))
    return jobs.map(({ stream }) => stream.id)
  } finally {
    await store.close()
  }
}
