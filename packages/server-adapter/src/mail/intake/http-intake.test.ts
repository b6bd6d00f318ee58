// Over a real HTTP server, with bodies as the mail services send them.

import { once } from 'node:events'
import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashToken } from '../../auth/hash.ts'
import { readBody } from '../../files/read-body.ts'
import { StoreError } from '../../store/store-error.ts'
import { createHttpIntake, type HttpIntake, type HttpIntakeNeeds, type PostedFacts } from './http-intake.ts'
import { mail } from './intake.test.support.ts'

const TOKEN = randomBytes(32).toString('base64url')
const SIGNING_KEY = randomBytes(32).toString('base64url')
const NOW = 1_700_000_000_000
const MAX_BYTES = 200_000
const logger = pino({ level: 'silent' })

let taken: { readonly raw: Buffer; readonly facts: PostedFacts }[] = []
let take: HttpIntakeNeeds['take']
let intake: HttpIntake
let server: Server
let url: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const key = request.url?.split('/').at(-1) ?? ''
    const body = readBody(request, { idleMs: 5_000, withinMs: 10_000 })
    void intake({ key, headers: request.headers, body }).then(({ status, text, retryAfterS }) => {
      if (retryAfterS !== undefined) response.setHeader('Retry-After', retryAfterS)
      response.writeHead(status).end(text)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mail/in`
})
afterAll(() => void server.close())

beforeEach(() => {
  taken = []
  take = async (raw, facts) => void taken.push({ raw, facts })
  intake = createHttpIntake({
    findMailbox: async (key) =>
      ({
        support: { id: 'mailbox-1', tokenHash: hashToken(TOKEN), signingKey: SIGNING_KEY },
        bare: { id: 'mailbox-2', tokenHash: null, signingKey: null },
        empty: { id: 'mailbox-3', tokenHash: hashToken(''), signingKey: '' },
      })[key] ?? null,
    take: (raw, facts) => take(raw, facts),
    clock: { now: () => NOW },
    logger,
    maxBytes: MAX_BYTES,
  })
})

const bearer = { authorization: `Bearer ${TOKEN}` }
const RFC822 = { 'content-type': 'message/rfc822' }
const post = (body: BodyInit, headers: Record<string, string> = bearer, key = 'support') =>
  fetch(`${url}/${key}`, { method: 'POST', body, headers })
const json = (value: unknown, headers: Record<string, string> = bearer) =>
  post(JSON.stringify(value), { ...headers, 'content-type': 'application/json; charset=utf-8' })
const bytes = (raw: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(raw)

/** Every byte there is, with and without line ends: a mail is not text. */
const WILD = Buffer.concat([
  mail('wild'),
  Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256)),
  Buffer.from('\r\n'),
])

/** A form as a service builds it: a field that is no file, of bytes that are no UTF-8. */
function multipart(fields: Readonly<Record<string, Buffer | string>>) {
  const boundary = 'xYzZY'
  const parts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ])
  const body = bytes(Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]))
  return { body, type: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

const percent = (raw: Buffer) => [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

describe('mail over HTTP', () => {
  it('[EM81] takes what brings the token, as Bearer or as the password of Basic', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`any:${TOKEN}`).toString('base64')}` }
    for (const headers of [bearer, basic]) expect((await post(bytes(WILD), { ...headers, ...RFC822 })).status).toBe(200)
    expect(taken.map(({ raw }) => raw)).toEqual([WILD, WILD])
    expect(taken[0]?.facts).toEqual({ mailbox: 'mailbox-1', receivedAt: NOW, envelope: undefined })
  })

  it('[EM81] answers a wrong key, a wrong secret and none alike, and reads no body for them', async () => {
    const wrong = [
      [{}, 'support'],
      [{ authorization: 'Bearer' }, 'support'],
      [{ authorization: `Bearer ${TOKEN}x` }, 'support'],
      [{ authorization: `Bearer ${hashToken(TOKEN)}` }, 'support'],
      [{ authorization: `Basic ${Buffer.from(TOKEN).toString('base64')}` }, 'support'],
      [bearer, 'nobody'],
      [bearer, '__proto__'],
      [bearer, 'bare'],
      [{ authorization: `Basic ${Buffer.from('any:').toString('base64')}` }, 'empty'],
      [{ authorization: `Basic ${Buffer.from('any:').toString('base64')}` }, 'nobody'],
    ] as const
    for (const [headers, key] of wrong) {
      let isRead = false
      const answer = await intake({
        key,
        headers: { ...headers, ...RFC822 },
        body: (async function* () {
          isRead = true
          yield mail('never')
        })(),
      })
      expect(answer).toEqual({ status: 401, text: 'no such mailbox, or not its secret' })
      expect(isRead).toBe(false)
    }
    expect(taken).toEqual([])
  })

  it('[EM81] takes a signature over the time and the body, for five minutes either way', async () => {
    const sign = (seconds: number, body: Buffer, key = SIGNING_KEY) =>
      `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex')}`
    const send = (signature: string, key = 'support') =>
      post(bytes(WILD), { ...RFC822, 'pendopo-signature': signature }, key)
    const now = NOW / 1_000
    for (const seconds of [now, now - 300, now + 300]) expect((await send(sign(seconds, WILD))).status).toBe(200)
    expect(taken).toHaveLength(3)
    const refused = [
      [sign(now - 301, WILD)],
      [sign(now + 301, WILD)],
      [sign(now, mail('other'))],
      [sign(now, WILD, 'other')],
      [sign(now, WILD).replace(`t=${now}`, `t=${now - 1}`)],
      [sign(now, WILD).slice(0, -1)],
      [sign(now, WILD, ''), 'empty'],
      [sign(now, WILD, ''), 'bare'],
      [sign(now, WILD, ''), 'nobody'],
    ] as const
    for (const [signature, key] of refused) expect((await send(signature, key)).status).toBe(401)
    expect(taken).toHaveLength(3)
  })

  it('[EM82] finds the same bytes in every form', async () => {
    const sendGrid = multipart({
      charsets: '{"to":"UTF-8"}',
      envelope: '{"to":["support@example.com"],"from":"visitor@example.org"}',
      email: WILD,
      spam_score: '0.1',
    })
    const mailgun = multipart({ recipient: 'support@example.com', sender: 'visitor@example.org', 'body-mime': WILD })
    const encoded = `recipient=support%40example.com&sender=visitor%40example.org&body-mime=${percent(WILD)}&timestamp=1`
    const urlencoded = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const answers = [
      await post(sendGrid.body, { ...bearer, ...sendGrid.type }),
      await post(mailgun.body, { ...bearer, ...mailgun.type }),
      await post(encoded, { ...bearer, ...urlencoded }),
      await json({ raw: WILD.toString('base64'), from: 'visitor@example.org', to: ['support@example.com'] }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    for (const { raw, facts } of taken) {
      expect(raw.equals(WILD)).toBe(true)
      expect(facts.envelope).toEqual({ to: ['support@example.com'], from: 'visitor@example.org' })
    }
    const text = mail('Grüße').toString()
    await json({ From: 'visitor@example.org', OriginalRecipient: 'support+x@example.com', RawEmail: text })
    expect(taken.at(-1)?.raw.toString()).toBe(text)
    expect(taken.at(-1)?.facts.envelope).toEqual({ to: ['support+x@example.com'] })
  })

  it('[EM82] takes a form as browsers and libraries build it, the mail as a file', async () => {
    const form = new FormData()
    form.set('subject', 'wild')
    form.set('email', new Blob([bytes(WILD)], { type: 'message/rfc822' }), 'mail.eml')
    expect((await post(form)).status).toBe(200)
    expect(taken[0]?.raw.equals(WILD)).toBe(true)
  })

  it('[EM82] refuses for good what holds no raw mail, in the words of each service', async () => {
    const parsed = multipart({ subject: 'parsed already', text: 'hello' })
    const broken = { 'content-type': 'multipart/form-data' }
    const cases = [
      [post(parsed.body, { ...bearer, ...parsed.type }), 406, 'POST the raw, full MIME message'],
      [post('--nothing', { ...bearer, ...broken }), 406, 'broken'],
      [post('body-plain=hello', { ...bearer, 'content-type': 'application/x-www-form-urlencoded' }), 406, 'body-mime'],
      [json({ From: 'visitor@example.org', TextBody: 'hello' }), 403, 'Include raw email content'],
      [json({ raw: 'not base64: ü' }), 403, 'raw'],
      [json({ raw: '' }), 403, 'empty'],
      [post('{', { ...bearer, 'content-type': 'application/json' }), 403, 'no JSON'],
      [post('', { ...bearer, ...RFC822 }), 422, 'empty'],
      [post('hello', { ...bearer, 'content-type': 'text/plain' }), 415, 'message/rfc822'],
    ] as const
    for (const [asking, status, text] of cases) {
      const answer = await asking
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)])
    }
    expect(taken).toEqual([])
  })

  it('[EM83] refuses what is too large by its own word, and as it comes, without reading on', async () => {
    const large = mail('large', MAX_BYTES)
    expect((await post(bytes(large), { ...bearer, ...RFC822 })).status).toBe(413)
    expect((await json({ raw: large.toString('base64') })).status).toBe(403)
    const form = multipart({ email: large })
    expect((await post(form.body, { ...bearer, ...form.type })).status).toBe(406)
    let given = 0
    const answer = await intake({
      key: 'support',
      headers: { ...bearer, ...RFC822 },
      body: (async function* () {
        for (; given < 1_000; given += 1) yield Buffer.alloc(50_000, 'x')
      })(),
    })
    expect(answer.status).toBe(413)
    expect(given).toBe(4)
    expect(taken).toEqual([])
    const fitting = mail('fitting', MAX_BYTES - 1_000)
    for (const sent of [
      post(bytes(fitting), { ...bearer, ...RFC822 }),
      json({ raw: fitting.toString('base64') }),
      json({ RawEmail: fitting.toString() }),
    ])
      expect((await sent).status).toBe(200)
  })

  it('[EM83] takes four at once, and of those who prove nothing before the body two; others come later', async () => {
    const waiting: (() => void)[] = []
    take = () => new Promise((resolve) => waiting.push(() => resolve()))
    const sent = Array.from({ length: 6 }, () => post(bytes(WILD), { ...bearer, ...RFC822 }))
    const early = await Promise.race(sent)
    expect(early.status).toBe(503)
    expect(early.headers.get('retry-after')).toBe('60')
    const signed = { ...RFC822, 'pendopo-signature': `t=${NOW / 1_000},v1=${'0'.repeat(64)}` }
    let isReading = 0
    let end = () => {}
    const ended = new Promise<void>((resolve) => (end = resolve))
    const slow = Array.from({ length: 3 }, () =>
      intake({
        key: 'support',
        headers: signed,
        body: (async function* () {
          isReading += 1
          await ended
          yield WILD
        })(),
      }),
    )
    expect((await Promise.race(slow)).status).toBe(503)
    expect(isReading).toBe(2)
    end()
    expect((await Promise.all(slow)).map(({ status }) => status).toSorted()).toEqual([401, 401, 503])
    expect(waiting).toHaveLength(4)
    for (const finish of waiting) finish()
    expect((await Promise.all(sent)).map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 503, 503])
    take = async (raw, facts) => void taken.push({ raw, facts })
    expect((await post(bytes(WILD), { ...bearer, ...RFC822 })).status).toBe(200)
  })

  it('[EM84] says stored when it is stored, and later when it is not', async () => {
    let finish = () => {}
    let isAnswered = false
    let isAsked = () => {}
    const asked = new Promise<void>((resolve) => (isAsked = resolve))
    take = () =>
      new Promise((resolve) => {
        finish = resolve
        isAsked()
      })
    const sent = post(bytes(WILD), { ...bearer, ...RFC822 }).then((answer) => {
      isAnswered = true
      return answer
    })
    await asked
    expect(isAnswered).toBe(false)
    finish()
    expect((await sent).status).toBe(200)
    for (const error of [new StoreError('unavailable', 'locked'), new Error('unable to parse')]) {
      take = () => Promise.reject(error)
      const answer = await post(bytes(WILD), { ...bearer, ...RFC822 })
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
      expect(await answer.text()).not.toContain(error.message)
    }
  })

  it('[EM84] says later to a body that ends too early, and to a store that cannot say whose the mailbox is', async () => {
    const cut = await intake({
      key: 'support',
      headers: { ...bearer, ...RFC822 },
      body: (async function* () {
        yield WILD
        throw new Error('cut')
      })(),
    })
    expect(cut.status).toBe(503)
    const blind = createHttpIntake({
      findMailbox: () => Promise.reject(new StoreError('unavailable', 'locked')),
      take: async () => {},
      logger,
    })
    const answer = await blind({ key: 'support', headers: bearer, body: (async function* () {})() })
    expect(answer.status).toBe(503)
    expect(taken).toEqual([])
  })
})
