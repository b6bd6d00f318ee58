import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMailServer, type MailServer } from '../../../../../tools/services.mjs'
import { checkImap, type Advise } from './check-imap.ts'
import { startFaultProxy } from './fault-proxy.test.support.ts'
import type { ImapPassword, ImapPlace } from './imap-settings.ts'

let server: MailServer
beforeAll(async () => {
  server = await startMailServer()
}, 60_000)
afterAll(() => server?.stop())

const settings = (): ImapPlace & ImapPassword => ({
  host: server.host,
  port: server.tlsPort,
  tls: 'tls',
  user: server.user,
  password: server.password,
})
const check = (changes: Partial<ImapPlace & ImapPassword>, advise?: Advise) =>
  checkImap({ ...settings(), ca: server.ca, ...changes }, advise)
const shape = (steps: Awaited<ReturnType<typeof checkImap>>) =>
  steps.map(({ step, ok }) => `${step} ${ok ? 'ok' : 'fails'}`)
const PASSED = ['address ok', 'connect ok', 'encryption ok', 'login ok', 'folder ok']

describe('the check of a mailbox', () => {
  it('[EM80] passes every step of a mailbox that works, with each encryption', async () => {
    const overTls = await check({})
    expect(shape(overTls)).toEqual(PASSED)
    for (const { tookMs, problem, advice } of overTls) {
      expect(tookMs).toBeGreaterThanOrEqual(0)
      expect([problem, advice]).toEqual([undefined, undefined])
    }
    expect(shape(await check({ port: server.port, tls: 'starttls', host: 'localhost' }))).toEqual(PASSED)
    const plain = await check({ port: server.port, tls: 'none' })
    expect(shape(plain)).toEqual(PASSED)
    expect(plain[2]?.advice).toContain('choose TLS (port 993).')
  })

  it('[EM80] stops at the step that failed and says what to do', async () => {
    const ended = await startFaultProxy(server.port)
    await ended.close()
    const cases = [
      [check({ host: 'imap.invalid' }), 'address', 'imap.invalid', 'name'],
      [check({ port: ended.port }), 'connect', 'Nothing answers', '993'],
      [check({ port: server.port }), 'encryption', 'does not begin with TLS', 'STARTTLS'],
      [checkImap(settings()), 'encryption', 'from nobody known', 'certificate of the authority'],
      [check({ password: 'wrong' }), 'login', 'Authentication failed', 'app password'],
      [check({ folder: 'Support' }), 'folder', 'Unable to open the folder Support', 'Choose one that is there: INBOX.'],
    ] as const
    for (const [checking, step, problem, advice] of cases) {
      const steps = await checking
      const last = steps.at(-1)
      expect(last).toMatchObject({ step, ok: false })
      expect(last?.problem).toContain(problem)
      expect(last?.advice).toContain(advice)
      expect(steps.slice(0, -1).every(({ ok }) => ok)).toBe(true)
    }
  })

  it('[EM80] tells a certificate for another name from one of nobody', async () => {
    const steps = await check({ host: '127.0.0.2', port: server.tlsPort })
    // Dovecot listens on 127.0.0.1 alone.
    expect(shape(steps).at(-1)).toBe('connect fails')
    const proxy = await startFaultProxy(server.tlsPort, {}, '127.0.0.2')
    try {
      const named = await check({ host: '127.0.0.2', port: proxy.port })
      expect(named.at(-1)).toMatchObject({ step: 'encryption', problem: 'The certificate is not for 127.0.0.2.' })
    } finally {
      await proxy.close()
    }
  })

  it('[EM80] says that a server offers no STARTTLS, and never goes on without', async () => {
    const proxy = await startFaultProxy(server.port, {
      pass: (data) => ({ data: Buffer.from(data.toString('latin1').replaceAll('STARTTLS', 'STARTXXX'), 'latin1') }),
    })
    try {
      const steps = await check({ port: proxy.port, tls: 'starttls' })
      expect(steps.at(-1)).toMatchObject({ step: 'encryption', ok: false })
      expect(steps.at(-1)?.advice).toContain('993')
    } finally {
      await proxy.close()
    }
  })

  it('[EM65] does not repeat the password that a server repeats', async () => {
    const proxy = await startFaultProxy(server.port, {
      pass: (data) => ({ data: Buffer.from(data.toString('latin1').replace('Authentication failed', 'wrong wrong?')) }),
    })
    try {
      const steps = await check({ port: proxy.port, tls: 'none', password: 'wrong wrong' })
      expect(steps.at(-1)).toMatchObject({ step: 'login', ok: false })
      expect(steps.at(-1)?.problem).toContain('…?')
      expect(JSON.stringify(steps)).not.toContain('wrong wrong')
    } finally {
      await proxy.close()
    }
  })

  it('[EM80] lets what is known about a provider go before what is said to everybody', async () => {
    const asked: unknown[] = []
    const steps = await check({ password: 'wrong' }, (host, step, error) => {
      asked.push([host, step, error instanceof Error])
      return 'make an app password at …'
    })
    expect(steps.at(-1)?.advice).toBe('make an app password at …')
    expect(asked).toEqual([[server.host, 'login', true]])
  })
})
