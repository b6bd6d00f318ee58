// The doctor on the mail of real sites: a real mail server to send by, and a real Dovecot to fetch from.

import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MailSettings } from '@pendopo/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startMailServer, type MailServer } from '../../../../tools/services.mjs'
import { createAccessTokens } from '../mail/service/access-tokens.ts'
import { checkMail } from '../mail/service/check-mail.ts'
import { startSmtpSink, type SmtpSink } from '../testing/smtp-sink.ts'
import { runDoctor, runPendopo, saveMail } from './doctor.test.support.ts'

const PASSWORD = 'hush hush 7'

let mailbox: MailServer
let smtp: SmtpSink
beforeAll(async () => {
  mailbox = await startMailServer()
  smtp = await startSmtpSink({ user: 'support@example.com', password: PASSWORD })
}, 60_000)
afterAll(async () => {
  await mailbox?.stop()
  await smtp?.close()
})

let data: string
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'pendopo-doctor-'))
  await runPendopo(['site', 'add', 'Acme', 'https://acme.example'], { PENDOPO_DATA: data })
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

type Endpoint = NonNullable<MailSettings['imap']>

function settings({ smtp: out = {}, imap = {} }: { smtp?: Partial<Endpoint>; imap?: Partial<Endpoint> | null } = {}) {
  const place = { host: '127.0.0.1', security: 'none', user: 'support@example.com' } as const
  return {
    ...{ address: 'support@example.com', fallback: true, delayMinutes: 1, dkim: null, authentication: 'none' },
    smtp: { ...place, port: smtp.port, password: PASSWORD, ...out },
    imap: imap === null ? null : { ...place, port: mailbox.port, password: mailbox.password, ...imap },
  } satisfies MailSettings
}

const databaseFile = () => join(data, 'pendopo.db')
const save = (site: string, mail: MailSettings, secret?: string) =>
  saveMail(`file:${databaseFile()}`, site, mail, secret)
const doctor = (...args: string[]) => runDoctor(args, { PENDOPO_DATA: data })
const bytesOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

describe('pendopo doctor on the mail of sites', () => {
  it('[OP37] says that both servers work, with what would be better, and sends and changes nothing', async () => {
    await save('acme', settings())
    const [before, mails] = [bytesOf(databaseFile()), smtp.mails.length]
    const { levels, texts, failure } = await doctor()
    expect([levels['mail acme smtp'], levels['mail acme imap'], failure]).toEqual(['ok', 'ok', null])
    expect(texts['mail acme smtp']).toBe(
      `SMTP at 127.0.0.1:${smtp.port} works: address, connect, encryption, login, sender. ` +
        'Mail and password travel in the clear: only for a server on this machine. → null',
    )
    expect(texts['mail acme imap']).toContain('works: address, connect, encryption, login, folder')
    expect([bytesOf(databaseFile()), smtp.mails.length]).toEqual([before, mails])
  })

  it.each([
    ['login', { smtp: { password: 'wrong wrong' }, imap: { password: 'wrong wrong' } }, 'login', 'login'],
    ['a port where nobody is', { smtp: { port: 1 }, imap: { port: 1 } }, 'connect', 'connect'],
    ['names', { smtp: { host: 'smtp.invalid' }, imap: { host: 'imap.invalid' } }, 'address', 'address'],
    ['a folder', { imap: { folder: 'Support' } }, null, 'folder'],
  ] as const)(
    '[OP37] says which step fails in the words of the settings: %s',
    async (_, changes, smtpStep, imapStep) => {
      const mail = settings(changes)
      await save('acme', mail)
      const { levels, texts, failure } = await doctor()
      const shown = await checkMail(mail, createAccessTokens(Date.now))
      const failed: string[] = []
      for (const [server, step] of [['smtp', smtpStep] as const, ['imap', imapStep] as const]) {
        const name = `mail acme ${server}`
        const last = shown[server]?.at(-1)
        expect([name, levels[name], last?.ok]).toEqual([name, step === null ? 'ok' : 'fail', step === null])
        if (step === null) continue
        failed.push(name)
        expect(texts[name]).toContain(`does not work yet: ${step}: `)
        expect(texts[name]).toContain(last?.problem?.replace(/\.$/, ''))
        expect(texts[name]).toContain(` → ${last?.advice}`)
      }
      expect(failure).toBe(`${failed.length} step(s) failed: ${failed.join(', ')}`)
      const { text } = await runPendopo(['doctor'], { PENDOPO_DATA: data })
      expect(text).toMatch(/^fail {2}mail acme imap .*\. What to do: \S/m)
      for (const secret of [PASSWORD, 'wrong wrong', mailbox.password]) expect(text).not.toContain(secret)
    },
  )

  it('[OP37] a server that repeats the password does not bring it into the output', async () => {
    const parrot = await startSmtpSink({ user: 'support@example.com', password: PASSWORD })
    parrot.refusesLogin(`535 5.7.8 ${PASSWORD} is wrong`)
    await save('acme', settings({ smtp: { port: parrot.port }, imap: null }))
    const { texts } = await doctor()
    await parrot.close()
    expect(texts['mail acme smtp']).toContain('… is wrong')
    expect(JSON.stringify(texts)).not.toContain(PASSWORD)
  })

  it('[OP37] notes each site without mail, and goes on with the others', async () => {
    await runPendopo(['site', 'add', 'Shop', 'https://shop.example'], { PENDOPO_DATA: data })
    const { levels, texts, ok } = await doctor()
    expect([levels['mail acme'], levels['mail shop'], ok]).toEqual(['ok', 'ok', true])
    expect(texts['mail shop']).toMatch(/^not set up: visitors who leave get no mail; an admin sets it up in the inbox/)
    await save('shop', settings({ imap: null }))
    const one = await doctor()
    expect(one.levels).toMatchObject({ 'mail acme': 'ok', 'mail shop smtp': 'ok' })
    expect(one.levels).not.toHaveProperty('mail shop imap')
  })

  it('[OP37] says where settings are hidden by a secret that only the server is given, and takes it from a file', async () => {
    await save('acme', settings(), 'a secret of the application')
    const { levels, texts, ok } = await doctor()
    expect([levels['mail acme'], ok]).toEqual(['warn', true])
    expect(texts['mail acme']).toContain('--secret-file')
    const file = join(data, 'secret')
    writeFileSync(file, 'a secret of the application\n')
    expect((await doctor('--secret-file', file)).levels).toMatchObject({
      'mail acme smtp': 'ok',
      'mail acme imap': 'ok',
    })
    const { failure } = await runPendopo(['doctor', '--secret-file', join(data, 'none')], { PENDOPO_DATA: data })
    expect(failure).toBe('unable to read the secret; there is no such file')
  })
})
