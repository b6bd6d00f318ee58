import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { createCertificate } from '../../testing/certificate.ts'
import { confirmDraft } from '../../testing/mail-drafts.ts'
import { startSmtpSink, type SmtpSink, type SmtpSinkOptions } from '../../testing/smtp-sink.ts'
import { checkSmtp } from './check-smtp.ts'
import { composeMail } from './compose.ts'
import type { SmtpSettings } from './smtp-settings.ts'

const certificate = createCertificate()
const account = { user: 'ayu@kopi.example', password: 'correct horse' }
const from = 'hello@kopi.example'
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close()
})

async function startSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const sink = await startSmtpSink({ ...account, tls: { mode: 'starttls', certificate }, ...options })
  open.push(sink)
  return sink
}

async function startServer(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(onConnection)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({ close: () => server.close() })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const settingsOf = (port: number, changes: Partial<SmtpSettings> = {}): SmtpSettings => ({
  host: 'localhost',
  port,
  tls: 'starttls',
  auth: account,
  ca: certificate.ca,
  ...changes,
})

const stepsOf = (steps: readonly { step: string; ok: boolean }[]): string =>
  steps.map(({ step, ok }) => (ok ? step : `${step} ✗`)).join(' · ')

describe('settings that work', () => {
  it.each([
    ['STARTTLS', 'starttls'],
    ['TLS', 'tls'],
  ] as const)('[EM63] with %s pass every step, and no mail is sent', async (_name, mode) => {
    const sink = await startSink({ tls: { mode, certificate } })
    const steps = await checkSmtp(settingsOf(sink.port, { tls: mode }), { from })
    expect(stepsOf(steps)).toBe('address · connect · encryption · login · sender')
    for (const { tookMs } of steps) expect(tookMs).toBeGreaterThanOrEqual(0)
    expect(sink.commands).toEqual([`MAIL FROM:<${from}>`, `RCPT TO:<${from}>`])
    expect(sink.mails).toEqual([])
  })

  it('[EM63] with an access token do too', async () => {
    const sink = await startSink({ accessToken: 'ya29.x' })
    const auth = { user: account.user, accessToken: async () => 'ya29.x' }
    expect(stepsOf(await checkSmtp(settingsOf(sink.port, { auth }), { from }))).toBe(
      'address · connect · encryption · login · sender',
    )
  })

  it('[EM63] send the mail that is given', async () => {
    const sink = await startSink()
    const mail = composeMail(confirmDraft())
    expect(stepsOf(await checkSmtp(settingsOf(sink.port), { from, mail }))).toMatch(/ · sender · mail$/)
    expect(sink.mails).toHaveLength(1)
    sink.refusesMail('554 5.7.1 Not today')
    const failed = (await checkSmtp(settingsOf(sink.port), { from, mail })).at(-1)
    expect(failed).toMatchObject({ step: 'mail', ok: false, problem: 'The mail was not taken: 554 5.7.1 Not today' })
  })

  it('[EM63] without encryption or login say what that means', async () => {
    const sink = await startSmtpSink()
    open.push(sink)
    const steps = await checkSmtp({ host: '127.0.0.1', port: sink.port, tls: 'none' }, { from })
    expect(stepsOf(steps)).toBe('address · connect · encryption · login · sender')
    expect(steps.map(({ advice }) => advice)).toEqual([
      undefined,
      undefined,
      'Mail and password travel in the clear: only for a server on this machine.',
      'No login is set: the server has to know this machine by its address.',
      undefined,
    ])
  })
})

describe('settings that fail', () => {
  it('[EM63] at the address', async () => {
    const steps = await checkSmtp(settingsOf(587, { host: 'smtp.kopi.invalid' }), { from })
    expect(stepsOf(steps)).toBe('address ✗')
    expect(steps[0]?.advice).toMatch(/no server of this name|looked up/)
  })

  it('[EM63] at the connection', async () => {
    const port = await startServer(() => {})
    for (const thing of open.splice(0)) await thing.close()
    const steps = await checkSmtp(settingsOf(port, { host: '127.0.0.1' }), { from })
    expect(stepsOf(steps)).toBe('address · connect ✗')
    expect(steps[1]?.advice).toContain(`Nothing listens at port ${port}`)
  })

  it.each([
    ['no STARTTLS', { tls: 'starttls' }, 'plain', 'offers no encryption'],
    ['TLS where STARTTLS is spoken', { tls: 'tls' }, 'starttls', 'choose STARTTLS'],
    ['STARTTLS where TLS is spoken', { tls: 'starttls' }, 'tls', 'choose TLS'],
    ['a certificate of nobody', { tls: 'tls', ca: createCertificate().ca }, 'tls', 'of no known authority'],
    ['a certificate for another name', { tls: 'tls', host: '127.0.0.1' }, 'other', 'for another name than 127.0.0.1'],
    ['a certificate that has expired', { tls: 'tls' }, 'expired', 'has expired'],
  ] as const)('[EM63] [EM164] at the encryption: %s', async (_name, changes, kind, advice) => {
    const its =
      kind === 'expired'
        ? createCertificate({ isExpired: true })
        : kind === 'other'
          ? createCertificate({ host: 'mail.example', withAddress: false })
          : certificate
    const sink = await startSmtpSink(
      kind === 'plain'
        ? account
        : { ...account, tls: { mode: kind === 'starttls' ? 'starttls' : 'tls', certificate: its } },
    )
    open.push(sink)
    const steps = await checkSmtp(settingsOf(sink.port, { ca: its.ca, ...changes }), { from, timeoutMs: 1_500 })
    expect(stepsOf(steps)).toBe('address · connect · encryption ✗')
    expect(steps[2]?.advice).toContain(advice)
    expect(steps[2]?.problem).not.toMatch(/error:|routines|\.c:/)
    expect(sink.commands).toEqual([])
  })

  it('[EM63, EM65] at the login, without a secret', async () => {
    const sink = await startSink()
    const wrong = { ...account, password: 'wr0ng-pass' }
    sink.refusesLogin('535 5.7.8 Bad password wr0ng-pass for you')
    const steps = await checkSmtp(settingsOf(sink.port, { auth: wrong }), { from })
    expect(stepsOf(steps)).toBe('address · connect · encryption · login ✗')
    expect(steps[3]).toMatchObject({
      problem: 'The server says: 535 5.7.8 Bad password … for you',
      advice: expect.stringContaining('app password'),
    })
    expect(JSON.stringify(steps)).not.toContain('wr0ng-pass')
    expect(sink.commands).toEqual([])
  })

  it('[EM64] at the login of a large provider, with what it wants', async () => {
    const sink = await startSink()
    sink.refusesLogin()
    const steps = await checkSmtp(settingsOf(sink.port), { from: 'kopi@gmail.com' })
    expect(steps.at(-1)?.advice).toContain('myaccount.google.com/apppasswords')
  })

  it('[EM63] at the login where none is offered', async () => {
    const sink = await startSmtpSink({ tls: { mode: 'starttls', certificate } })
    open.push(sink)
    const steps = await checkSmtp(settingsOf(sink.port), { from })
    expect(steps.at(-1)).toMatchObject({ step: 'login', ok: false, problem: 'The server offers no login here.' })
  })

  it('[EM63] at the sender', async () => {
    const sink = await startSink()
    sink.refusesSender('553 5.7.1 Sender address rejected: not owned by user')
    const steps = await checkSmtp(settingsOf(sink.port), { from })
    expect(stepsOf(steps)).toBe('address · connect · encryption · login · sender ✗')
    expect(steps[4]).toMatchObject({
      problem: 'The server says: 553 5.7.1 Sender address rejected: not owned by user',
      advice: 'The account may not send from this address: use its own, or allow this one at the provider.',
    })
    expect((await checkSmtp(settingsOf(sink.port), { from: 'no address' })).at(-1)).toMatchObject({
      step: 'sender',
      ok: false,
    })
  })

  it('[EM170] at an address to answer to that the server does not take', async () => {
    const sink = await startSink()
    const replyTo = 'kopi+token@toko.example'
    expect((await checkSmtp(settingsOf(sink.port), { from, replyTo })).at(-1)).toMatchObject({
      step: 'sender',
      ok: true,
    })
    sink.refusesRecipient(replyTo, '550 5.1.1 No such user')
    expect((await checkSmtp(settingsOf(sink.port), { from, replyTo })).at(-1)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('550 5.1.1 No such user'),
      advice: expect.stringContaining('plain address'),
    })
    sink.refusesRecipient(replyTo, '450 4.2.0 Greylisted')
    expect((await checkSmtp(settingsOf(sink.port), { from, replyTo })).at(-1)).toMatchObject({ ok: true })
  })

  it('[EM63] by a server that ends the connection, at any step', async () => {
    for (const words of ['', '220 hello\r\n', '220 hello\r\n250 hi\r\n']) {
      const port = await startServer((socket) => {
        socket.on('error', () => {})
        socket.end(words)
      })
      const steps = await checkSmtp(settingsOf(port, { host: '127.0.0.1', tls: 'none' }), { from, timeoutMs: 2_000 })
      expect(steps.at(-1)).toMatchObject({ ok: false })
    }
  })

  it('[EM58] before there is a connection', async () => {
    const steps = await checkSmtp(settingsOf(25, { host: 'mail.example', tls: 'none' }), { from })
    expect(stepsOf(steps)).toBe('encryption ✗')
    expect(stepsOf(await checkSmtp(settingsOf(0), { from }))).toBe('address ✗')
  })
})
