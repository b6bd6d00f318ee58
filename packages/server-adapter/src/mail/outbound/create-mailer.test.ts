import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import PostalMime from 'postal-mime'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createCertificate } from '../../testing/certificate.ts'
import { arabicReplyDraft, composedDraft, confirmDraft, everyDraft, replyDraft } from '../../testing/mail-drafts.ts'
import { startSmtpSink, type SmtpSink, type SmtpSinkOptions } from '../../testing/smtp-sink.ts'
import { composeMail } from './compose.ts'
import { createMailer, type Mailer, type MailerOptions } from './create-mailer.ts'
import type { SmtpSettings } from './smtp-settings.ts'

/** mailauth has no types. */
interface DkimVerify {
  dkimVerify(
    raw: Buffer,
    options: { readonly resolver: (name: string) => Promise<string[][]> },
  ): Promise<{ readonly results: readonly { readonly status: { readonly result: string } }[] }>
}
const { dkimVerify }: DkimVerify = createRequire(import.meta.url)('mailauth/lib/dkim/verify.js')

const certificate = createCertificate()
const mail = composeMail(replyDraft())
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close()
})

async function startSink(options?: SmtpSinkOptions): Promise<SmtpSink> {
  const sink = await startSmtpSink(options)
  open.push(sink)
  return sink
}

function mailerTo(sink: { port: number }, settings: Partial<SmtpSettings> = {}, options?: MailerOptions): Mailer {
  const mailer = createMailer(
    { host: 'localhost', port: sink.port, tls: 'none', ca: certificate.ca, ...settings },
    options,
  )
  open.push(mailer)
  return mailer
}

describe('a mail that was sent', () => {
  it.each(Object.entries(everyDraft()))('[EM44] %s arrives as text and HTML', async (_name, draft) => {
    const sink = await startSink()
    const composed = composeMail(draft)
    expect(await mailerTo(sink).send(composed)).toEqual({ kind: 'accepted', response: '250 Queued', refused: [] })
    const raw = sink.mails[0]?.raw ?? Buffer.alloc(0)
    expect(raw.toString()).toMatch(/^Content-Type: multipart\/alternative;/m)
    const parsed = await PostalMime.parse(raw)
    expect(parsed.text?.trimEnd()).toBe(composed.text.trimEnd())
    expect(parsed.html?.trimEnd()).toBe(composed.html.trimEnd())
    expect(parsed.subject).toBe(composed.subject)
    expect(parsed.messageId).toBe(composed.messageId)
    expect(parsed.date).toBe('2025-05-05T07:12:00.000Z')
    for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
  })

  it('[EM40] is the same bytes each time', async () => {
    const sink = await startSink()
    const mailer = mailerTo(sink)
    for (const draft of [replyDraft(), arabicReplyDraft(), composedDraft()]) {
      await mailer.send(composeMail(draft))
      // Also by another process, from what was stored.
      await mailerTo(sink).send(JSON.parse(JSON.stringify(composeMail(draft))))
      const [first, second] = sink.mails.slice(-2)
      expect(second?.raw.toString('latin1')).toBe(first?.raw.toString('latin1'))
    }
  })

  it('[EM50] says how to unsubscribe, [EM51] and of which thread it is', async () => {
    const sink = await startSink()
    await mailerTo(sink).send(composeMail(replyDraft({ inReplyTo: '<a@b.example>', references: ['<root@b.example>'] })))
    const { headers } = await PostalMime.parse(sink.mails[0]?.raw ?? '')
    const of = (key: string) => headers.find((header) => header.key === key)?.value
    expect(of('list-unsubscribe')).toContain('<https://kopi.example/chat/unsubscribe?token=p9Lx03>')
    expect(of('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect(of('in-reply-to')).toBe('<a@b.example>')
    expect(of('references')).toBe('<root@b.example> <a@b.example>')
  })

  it('[EM52] goes to every recipient once, BCC is in no header', async () => {
    const sink = await startSink()
    await mailerTo(sink).send(composeMail(composedDraft()))
    await mailerTo(sink).send(composeMail(confirmDraft()))
    expect(sink.mails[0]).toMatchObject({
      from: 'bounce+k3vq8x2m@in.kopi.example',
      to: ['dewi@mail.example', 'stock@kopi.example', 'archive@kopi.example'],
    })
    expect(sink.mails[0]?.raw.toString()).not.toContain('archive')
    expect(sink.mails[1]).toMatchObject({ from: '', to: ['dewi@mail.example'] })
  })

  it('[EM56] is accepted for those whom the server takes, the others are named', async () => {
    const sink = await startSink()
    sink.refusesRecipient('stock@kopi.example')
    expect(await mailerTo(sink).send(composeMail(composedDraft()))).toMatchObject({
      kind: 'accepted',
      refused: [{ address: 'stock@kopi.example', code: '550 5.1.1', reason: 'No such user here', isPermanent: true }],
    })
  })
})

describe('a signature', () => {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const dkim = { domain: 'kopi.example', selector: 'chat', privateKey: keys.privateKey }
  const resolver = async (name: string): Promise<string[][]> => {
    expect(name).toBe('chat._domainkey.kopi.example')
    return [[`v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`]]
  }

  it.each(Object.entries(everyDraft()))('[EM54] of %s verifies', async (_name, draft) => {
    const sink = await startSink()
    await mailerTo(sink, { dkim }).send(composeMail(draft))
    const raw = sink.mails[0]?.raw ?? Buffer.alloc(0)
    const { results } = await dkimVerify(raw, { resolver })
    expect(results.map(({ status }) => status.result)).toEqual(['pass'])
    const { headers } = await PostalMime.parse(raw)
    const signed = headers.find(({ key }) => key === 'dkim-signature')?.value.replace(/\s/g, '') ?? ''
    const names = /;h=([^;]*)/.exec(signed)?.[1]?.toLowerCase().split(':') ?? []
    const sent = headers.map(({ key }) => key).filter((key) => !/^(?:dkim-signature|x-)/.test(key))
    expect(sent.filter((key) => !names.includes(key))).toEqual([])

    const changed = Buffer.from(
      raw.toString('latin1').replace('Kopi Senja', 'Kopi Sanja').replace('Toko Biru', 'Toko Baru'),
      'latin1',
    )
    const after = await dkimVerify(changed, { resolver })
    expect(after.results.map(({ status }) => status.result)).not.toEqual(['pass'])
  })

  it.each([
    ['no key', 'x'],
    [
      'a public key',
      generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
    [
      'a key of another kind',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
  ])('[EM54] with %s leaves nothing unsigned: nothing is sent', async (_name, privateKey) => {
    const sink = await startSink()
    const outcome = await mailerTo(sink, { dkim: { ...dkim, privateKey } }).send(mail)
    expect(outcome).toMatchObject({ kind: 'misconfigured', step: 'signature' })
    expect(sink.connections).toBe(0)
  })
})

describe('a mail that would read files or addresses', () => {
  it.each([
    [{ text: { path: '/etc/passwd' } }, 'EFILEACCESS'],
    [{ html: { path: '/etc/passwd' } }, 'EFILEACCESS'],
    [{ html: { href: 'http://127.0.0.1:1/' } }, 'EURLACCESS'],
    [{ text: { href: 'http://127.0.0.1:1/' } }, 'EURLACCESS'],
  ])('[EM55] as %j is refused', async (part, code) => {
    const sink = await startSink()
    const outcome = await mailerTo(sink).send(Object.assign(JSON.parse(JSON.stringify(mail)), part))
    expect(outcome).toMatchObject({ kind: 'refused', code })
    expect(sink.mails).toEqual([])
  })

  it('[EM55] by keys that a mail does not have goes without them', async () => {
    const sink = await startSink()
    const extra = {
      attachments: [{ path: '/etc/passwd' }, { href: 'http://127.0.0.1:1/' }],
      alternatives: [{ path: '/etc/passwd' }],
      raw: { path: '/etc/passwd' },
      list: { help: 'x' },
      priority: 'high',
      disableFileAccess: false,
    }
    await mailerTo(sink).send(Object.assign(JSON.parse(JSON.stringify(mail)), extra))
    await mailerTo(sink).send(mail)
    expect(sink.mails[0]?.raw.toString()).toBe(sink.mails[1]?.raw.toString())
  })
})

describe('a login', () => {
  const account = { user: 'ayu@kopi.example', password: 'correct horse' }

  it('[EM59] by password', async () => {
    const sink = await startSink({ ...account, tls: { mode: 'tls', certificate } })
    expect(await mailerTo(sink, { tls: 'tls', auth: account }).send(mail)).toMatchObject({ kind: 'accepted' })
  })

  it('[EM59] by access token, asked for each connection', async () => {
    const sink = await startSink({
      user: account.user,
      accessToken: 'ya29.first',
      tls: { mode: 'starttls', certificate },
    })
    const accessToken = vi.fn<() => Promise<string>>(async () => 'ya29.first')
    const auth = { user: account.user, accessToken }
    const mailer = mailerTo(sink, { tls: 'starttls', auth })
    expect(await mailer.send(mail)).toMatchObject({ kind: 'accepted' })
    expect(await mailer.send(mail)).toMatchObject({ kind: 'accepted' })
    expect(accessToken).toHaveBeenCalledTimes(1)
    expect(await mailerTo(sink, { tls: 'starttls', auth }).send(mail)).toMatchObject({ kind: 'accepted' })
    expect(accessToken).toHaveBeenCalledTimes(2)
  })

  it('[EM59, EM65] that is refused is a matter of the settings, and shows no secret', async () => {
    const sink = await startSink({ ...account, tls: { mode: 'starttls', certificate } })
    const outcome = await mailerTo(sink, { tls: 'starttls', auth: { ...account, password: 'wr0ng-pass' } }).send(mail)
    expect(outcome).toMatchObject({ kind: 'misconfigured', step: 'login', code: '535 5.7.8' })
    expect(JSON.stringify(outcome)).not.toMatch(/wr0ng-pass|d3IwbmctcGFzcw/)
    expect(sink.commands).toEqual([])
    sink.refusesLogin('454 4.7.0 Temporary authentication failure')
    expect(await mailerTo(sink, { tls: 'starttls', auth: account }).send(mail)).toMatchObject({ kind: 'later' })
  })

  it('[EM59] without a token to be had is a matter of the settings', async () => {
    const sink = await startSink({ user: account.user, accessToken: 'x', tls: { mode: 'starttls', certificate } })
    const auth = { user: account.user, accessToken: () => Promise.reject(new Error('the grant was revoked')) }
    expect(await mailerTo(sink, { tls: 'starttls', auth }).send(mail)).toMatchObject({
      kind: 'misconfigured',
      step: 'login',
      reason: 'the grant was revoked',
    })
  })

  it('[EM59] that is missing is one', async () => {
    const sink = await startSink({ ...account, tls: { mode: 'starttls', certificate } })
    expect(await mailerTo(sink, { tls: 'starttls' }).send(mail)).toMatchObject({ kind: 'misconfigured', step: 'login' })
  })
})

describe('encryption', () => {
  it.each(['tls', 'starttls'] as const)('[EM58] by %s', async (mode) => {
    const sink = await startSink({ tls: { mode, certificate } })
    expect(await mailerTo(sink, { tls: mode }).send(mail)).toMatchObject({ kind: 'accepted' })
    expect(sink.mails[0]?.isEncrypted).toBe(true)
  })

  it('[EM58] that the server does not offer ends it before a word of the mail', async () => {
    const sink = await startSink()
    const auth = { user: 'ayu', password: 'secret-pass' }
    expect(await mailerTo(sink, { tls: 'starttls', auth }).send(mail)).toMatchObject({
      kind: 'misconfigured',
      step: 'encryption',
    })
    expect(sink.commands).toEqual([])
  })

  it.each([
    ['of no known authority', {}, { ca: createCertificate().ca }],
    ['for another name', { host: 'mail.example' }, {}],
    ['that has expired', { isExpired: true }, {}],
  ])('[EM58] with a certificate %s is none', async (_name, options, settings) => {
    const its = createCertificate(options)
    for (const mode of ['tls', 'starttls'] as const) {
      const sink = await startSink({ tls: { mode, certificate: its } })
      const outcome = await mailerTo(sink, { tls: mode, ca: its.ca, ...settings }).send(mail)
      expect(outcome).toMatchObject({ kind: 'misconfigured', step: 'encryption' })
      expect(sink.mails).toEqual([])
    }
  })

  it('[EM58] may be missing for this machine, else a person has to allow it', async () => {
    const remote = { host: 'mail.example', port: 25, tls: 'none' } as const
    const mailer = createMailer(remote)
    open.push(mailer)
    expect(await mailer.send(mail)).toMatchObject({ kind: 'misconfigured', step: 'encryption' })
    for (const host of ['127.0.0.1.evil.example', '0.0.0.0', '10.0.0.1', '127.1.evil'])
      expect(await createMailer({ ...remote, host }).send(mail)).toMatchObject({ step: 'encryption' })
    const allowed = createMailer({ ...remote, host: 'mail.invalid', allowUnencrypted: true }, { connectMs: 2_000 })
    open.push(allowed)
    expect(await allowed.send(mail)).not.toMatchObject({ step: 'encryption' })
  })
})

describe('a connection that is lost', () => {
  it('[EM57] after the mail, before the answer: maybe sent', async () => {
    const sink = await startSink()
    sink.dropsAfterData(1)
    const mailer = mailerTo(sink)
    expect(await mailer.send(mail)).toMatchObject({ kind: 'later', maybeSent: true })
    expect(sink.mails).toHaveLength(1)
    sink.dropsAfterData(0)
    expect(await mailer.send(mail)).toMatchObject({ kind: 'accepted' })
    expect(sink.mails[1]?.raw.equals(sink.mails[0]?.raw ?? Buffer.alloc(0))).toBe(true)
  })

  it('[EM57] before the mail: not sent', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).destroy())
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const outcome = await mailerTo({ port }, { host: '127.0.0.1' }).send(mail)
    expect(outcome).toMatchObject({ kind: 'later' })
    expect(outcome).not.toHaveProperty('maybeSent')
    silent.close()
    await once(silent, 'close')
    const refused = await mailerTo({ port }, { host: '127.0.0.1' }).send(mail)
    expect(refused).toMatchObject({ kind: 'later' })
    expect(refused).not.toHaveProperty('maybeSent')
  })

  it('[EM57] while it was kept for the next mail: the next mail goes over another', async () => {
    const sink = await startSink()
    const mailer = mailerTo(sink)
    await mailer.send(mail)
    await mailer.send(mail)
    expect(sink.connections).toBe(1)
    sink.disconnects()
    expect(await mailer.send(mail)).toMatchObject({ kind: 'accepted' })
    expect(sink.mails).toHaveLength(3)
  })

  it('[EM57] by a server that answers too late is maybe sent', async () => {
    const sink = await startSink()
    sink.isSlow(60_000)
    const outcome = await mailerTo(sink, {}, { deadlineMs: 500 }).send(mail)
    expect(outcome).toMatchObject({ kind: 'later', maybeSent: true })
  })
})

describe('answers', () => {
  it('[EM56] to recipient, sender and mail become outcomes', async () => {
    const sink = await startSink()
    const mailer = mailerTo(sink)
    sink.refusesRecipient('dewi@mail.example')
    expect(await mailer.send(mail)).toEqual({ kind: 'refused', code: '550 5.1.1', reason: 'No such user here' })
    sink.refusesRecipient('dewi@mail.example', '450 4.2.0 Greylisted, try again in 120 seconds')
    expect(await mailer.send(mail)).toMatchObject({ kind: 'later', code: '450 4.2.0', retryAfterMs: 120_000 })
    sink.refusesRecipient('dewi@mail.example', '550 5.7.54 Unable to relay recipient in non-accepted domain')
    expect(await mailer.send(mail)).toMatchObject({ kind: 'misconfigured', step: 'sender' })
    sink.refusesSender('553 5.7.1 Sender address rejected: not owned by user')
    expect(await mailer.send(mail)).toMatchObject({ kind: 'misconfigured', step: 'sender' })
    const other = await startSink()
    other.refusesMail('554 5.7.1 Blocked as spam')
    expect(await mailerTo(other).send(mail)).toMatchObject({ kind: 'refused', code: '554 5.7.1' })
    other.refusesMail('451 4.3.0 Try again later')
    const deferred = await mailerTo(other).send(mail)
    expect(deferred).toMatchObject({ kind: 'later', code: '451 4.3.0' })
    expect(deferred).not.toHaveProperty('maybeSent')
  })
})

describe('a mailer that is closed', () => {
  it('[EM61] lets mails on their way finish, and takes no more', async () => {
    const sink = await startSink()
    sink.isSlow(200)
    const mailer = mailerTo(sink, {}, { maxConnections: 2 })
    const sent = Promise.all(Array.from({ length: 5 }, () => mailer.send(mail)))
    await Promise.all([mailer.close(), mailer.close()])
    expect(await sent).toEqual(Array.from({ length: 5 }, () => expect.objectContaining({ kind: 'accepted' })))
    expect(await mailer.send(mail)).toEqual({ kind: 'later', code: 'CLOSED', reason: 'the mailer is closed' })
    expect(sink.mails).toHaveLength(5)
  })

  it('[EM61] waits only so long', async () => {
    const sink = await startSink()
    sink.isSlow(60_000)
    const mailer = mailerTo(sink, {}, { closeWithinMs: 100 })
    const sent = mailer.send(mail)
    await vi.waitFor(() => expect(sink.mails).toHaveLength(1))
    await mailer.close()
    expect(await sent).toMatchObject({ kind: 'later', maybeSent: true })
  })
})

describe('a server that misbehaves', () => {
  it('[EM62] gets every mail through at least once, each time the same', async () => {
    const sink = await startSink()
    sink.dropsAfterData(0.1)
    sink.answersLater(0.2)
    sink.isSlow(2)
    const mailer = mailerTo(sink)
    const MAILS = Number(process.env.PENDOPO_TEST_MAILS ?? 60)
    const mails = Array.from({ length: MAILS }, (_, index) =>
      composeMail(replyDraft({ messageId: `<m.${index}@in.kopi.example>`, recap: [] })),
    )
    await Promise.all(
      mails.map(async (composed) => {
        for (let attempt = 0; attempt < 20; attempt++) {
          const outcome = await mailer.send(composed)
          if (outcome.kind === 'accepted') return
          expect(outcome.kind).toBe('later')
        }
        throw new Error('twenty attempts were not enough')
      }),
    )
    const copies = new Map<string, Set<string>>()
    for (const { raw } of sink.mails) {
      const text = raw.toString('latin1')
      const id = /^Message-ID: (.*)\r$/m.exec(text)?.[1] ?? ''
      copies.set(id, (copies.get(id) ?? new Set()).add(text))
    }
    expect(copies.size).toBe(MAILS)
    for (const [, texts] of copies) expect(texts.size).toBe(1)
    // What came twice is what was cut off after it had come: no more than that.
    expect(sink.mails.length - MAILS).toBeGreaterThan(0)
    expect(sink.mails.length - MAILS).toBeLessThanOrEqual(Math.ceil(MAILS * 0.12))
  }, 120_000)
})
