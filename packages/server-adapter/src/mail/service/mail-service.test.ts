import { createHmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import PostalMime from 'postal-mime'
import type { Command, MailSettings } from '@pendopo/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startSmtpSink, type SmtpSink } from '../../testing/smtp-sink.ts'
import { newId, newToken, open, ORIGIN, post, startTestServer, type TestServer } from '../../testing/test-server.ts'

const ANA = 'ana@example.com'
const RECEIVER = 'mx.acme.example'

let server: TestServer
let sink: SmtpSink
let admin: Awaited<ReturnType<TestServer['agent']>>
let inbound: { readonly url: string; readonly token: string }

const settings = (port: number): MailSettings => ({
  ...{ address: 'support@acme.example', fallback: true, delayMinutes: 1, imap: null, dkim: null },
  smtp: { host: '127.0.0.1', port, security: 'none' },
  ...{ authentication: 'receiver-header', authservId: RECEIVER },
})

const asAdmin = (path: string, method: string, body?: object) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { cookie: admin.cookie, origin: server.url, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

beforeAll(async () => {
  server = await startTestServer()
  sink = await startSmtpSink()
  admin = await server.agent({ role: 'admin' })
  const answer = await asAdmin('/api/agent/sites/acme/mail', 'PUT', settings(sink.port))
  const { site, inboundToken } = (await answer.json()) as {
    readonly site: { readonly mail: { readonly incomingUrl: string } }
    readonly inboundToken: string
  }
  inbound = { url: site.mail.incomingUrl, token: inboundToken }
})
afterAll(async () => {
  await server.close()
  await sink.close()
})

/** A visitor who has asked something and left an address. */
async function askAndLeave(email = ANA, opening: Command = open()) {
  const visitor = await server.visitor()
  const { stream } = await visitor.ask('commands', { commands: [opening, post('Where is my order?')] })
  const give = { id: newId(), kind: 'address.give', data: { email } } as const
  await visitor.ask('commands', { stream, commands: [give] })
  return { visitor, stream }
}

const compose = (text: string, subject: string) =>
  ({ id: newId(), kind: 'message.post', data: { text, mail: { subject } } }) as const

async function lastMail(count: number) {
  await vi.waitFor(() => expect(sink.mails.length).toBeGreaterThanOrEqual(count), { timeout: 20_000, interval: 50 })
  const mail = sink.mails.at(-1)
  if (mail === undefined) throw new Error('no mail has come')
  return { ...mail, parsed: await PostalMime.parse(mail.raw) }
}

const kindsOf = async (id: string) => {
  const { snapshot } = await admin.ask('sync', { conversation: id, have: null })
  return snapshot?.items.map(({ kind }) => kind) ?? []
}

const rowName = async (id: string) => {
  const { rows } = await admin.ask('list', { list: 'all', status: 'open', ids: [id] })
  return rows[0]?.contact.name
}

const deliver = (lines: readonly string[]) =>
  fetch(inbound.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${inbound.token}`, 'content-type': 'message/rfc822' },
    body: lines.join('\r\n'),
  })

const answerTo = (replyTo: string, from: string, text: string, result = 'pass') => [
  `Authentication-Results: ${RECEIVER}; dmarc=${result} header.from=example.com`,
  `From: Ana <${from}>`,
  `To: ${replyTo}`,
  'Subject: Re: Your order',
  `Message-ID: <${newId()}@example.com>`,
  'Date: Fri, 27 Nov 2026 10:00:00 +0000',
  'Content-Type: text/plain; charset=utf-8',
  '',
  text,
  '',
]

test('[EM93] [EM142] [IN27] a mail leaves, its answer comes back into the conversation, once, and a stranger’s does not', async () => {
  const { stream } = await askAndLeave()
  await admin.ask('commands', { stream, commands: [compose('It leaves **today**.', 'Your order')] })
  const mail = await lastMail(sink.mails.length + 1)
  expect(mail.to).toEqual([ANA])
  expect(mail.parsed.to).toEqual([{ address: ANA, name: '' }])
  expect(mail.parsed.subject).toBe('Your order')
  expect(mail.parsed.text).toContain('It leaves')
  await vi.waitFor(async () => expect(await kindsOf(stream.id)).toContain('mail.sent'), { timeout: 10_000 })

  const replyTo = mail.parsed.replyTo?.[0]?.address ?? ''
  const answer = answerTo(
    replyTo,
    ANA,
    'Thank you!\r\n\r\nOn Fri, 27 Nov 2026 at 10:00, Support <support@acme.example> wrote:\r\n> It leaves today.',
  )
  expect((await deliver(answer)).status).toBe(200)
  expect((await deliver(answer)).status).toBe(200)
  const { snapshot } = await admin.ask('sync', { conversation: stream.id, have: null })
  const received = snapshot?.items.filter(({ author }) => author?.kind === 'contact') ?? []
  expect(received.map(({ content }) => content?.text)).toEqual(['Thank you!'])
  expect(snapshot?.conversation.mail).toMatchObject({ address: ANA, isVerified: true })
  // Who had no name has the one of their mail, and those who look at the thread learn it without asking.
  expect(await rowName(stream.id)).toBe('Ana')
  await admin.next('presence', ({ people = {} }) => Object.values(people).some(({ name }) => name === 'Ana'))

  expect((await deliver(answerTo(replyTo, 'eve@example.com', 'Let me in'))).status).toBe(200)
  expect((await deliver(answerTo(replyTo, ANA, 'Forged', 'fail'))).status).toBe(200)
  const later = await admin.ask('sync', { conversation: stream.id, have: null })
  const held = later.snapshot?.items.filter(({ kind }) => kind === 'mail.held') ?? []
  expect(held.map(({ content }) => content?.text)).toEqual(['Let me in', 'Forged'])
  const [first] = held
  const rule = { id: newId(), kind: 'mail.rule', data: { held: first?.id ?? '', accepted: true } } as const
  await admin.ask('commands', { stream, commands: [rule] })
  await vi.waitFor(
    async () => {
      const { snapshot: now } = await admin.ask('sync', { conversation: stream.id, have: null })
      expect(now?.items.filter(({ data }) => data.held === first?.id && data.via === 'mail')).toHaveLength(1)
    },
    { timeout: 10_000 },
  )

  const soFar = sink.mails.length
  const toOne = { ...compose('Two days, then.', 'Re: Your order'), id: newId() }
  const command = { ...toOne, data: { ...toOne.data, replyTo: received[0]?.id ?? '' } }
  await admin.ask('commands', { stream, commands: [command] })
  const { parsed } = await lastMail(soFar + 1)
  expect(parsed.inReplyTo).toBe(/^Message-ID: (.*)$/m.exec(answer.join('\n'))?.[1])
  expect(parsed.text).toContain('> Thank you!')

  const original = await asAdmin(`/api/agent/conversations/${stream.id}/mails/${received[0]?.id}`, 'GET')
  expect(await original.json()).toMatchObject({ from: { address: ANA }, subject: 'Re: Your order' })
}, 60_000)

test('[EM94] [EM138] a link opens the conversation on another device, once, and only a POST spends it', async () => {
  // A mailbox that nobody has proven gets one mail in ten minutes: this one is new.
  const { stream } = await askAndLeave('budi@example.com')
  const soFar = sink.mails.length
  await admin.ask('commands', { stream, commands: [post('We are back at nine.')] })
  // The shortest delay there is: nothing but the clock ends it.
  await wait(61_000)
  const mail = await lastMail(soFar + 1)
  expect(mail.parsed.text).toContain('We are back at nine.')
  // What the visitor wrote does not go to an address that nobody has proven.
  expect(mail.parsed.text).not.toContain('Where is my order?')
  const [, token = ''] = /#pendopo=([\w.-]+)/.exec(mail.parsed.text ?? '') ?? []
  const redeem = (bearer: string) =>
    fetch(`${server.url}/acme/resume`, {
      method: 'POST',
      headers: { origin: ORIGIN, authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
  const other = newToken()
  expect(await (await redeem(other)).json()).toEqual({ conversation: stream.id })
  expect((await redeem(other)).status).toBe(200)
  expect((await redeem(newToken())).status).toBe(404)
  const { welcome } = await server.visitor({ token: other })
  expect(welcome.conversations.map(({ id }) => id)).toEqual([stream.id])

  const [, stop = ''] = /\/mail\/stop\/([\w.-]+)/.exec(String(mail.raw)) ?? []
  const stopUrl = `${server.url}/mail/stop/${stop.replaceAll('=\r\n', '')}`
  const asked = await fetch(stopUrl, { headers: { 'accept-language': 'xx, id-ID;q=0.9, en;q=0.8' } })
  expect(asked.status).toBe(200)
  expect(await asked.text()).toContain('Hentikan email')
  expect(await kindsOf(stream.id)).not.toContain('mail.stopped')
  expect((await fetch(stopUrl, { method: 'POST' })).status).toBe(200)
  expect(await kindsOf(stream.id)).toContain('mail.stopped')
}, 120_000)

test('[EM160] who opened the conversation in Arabic is mailed in Arabic', async () => {
  const opening = { id: newId(), kind: 'conversation.open', data: { locale: 'ar-EG' } } as const
  const { stream } = await askAndLeave('sara@example.com', opening)
  const before = sink.mails.length
  await admin.ask('commands', { stream, commands: [compose('طلبك في الطريق', 'طلبك')] })
  const { parsed } = await lastMail(before + 1)
  expect(parsed.from?.name).toMatch(/ من /)
  expect(parsed.html).toMatch(/<html [^>]*dir="rtl"/)
})

test('[EM165] [EM81] an admin makes a token for a mail service, and the one before holds no longer', async () => {
  const deliverWith = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' }
    const mail = `From: ana@example.com\r\nTo: nobody@else.example\r\nMessage-ID: <${newId()}@example.com>\r\n\r\nHello\r\n`
    return (await fetch(inbound.url, { method: 'POST', headers, body: mail })).status
  }
  expect(await deliverWith(inbound.token)).toBe(200)
  const answer = await asAdmin('/api/agent/sites/acme/mail/token', 'POST')
  const { inboundToken } = (await answer.json()) as { readonly inboundToken: string }
  expect(await deliverWith(inboundToken)).toBe(200)
  expect(await deliverWith(inbound.token)).toBe(401)
  inbound = { ...inbound, token: inboundToken }
  // Or it signs, and stays where it is.
  const body = `From: ana@example.com\r\nTo: nobody@else.example\r\nMessage-ID: <${newId()}@example.com>\r\n\r\nHello\r\n`
  const signWith = (key: string) => {
    const seconds = Math.floor(Date.now() / 1_000)
    const hex = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')
    const signed = { 'content-type': 'message/rfc822', 'pendopo-signature': `t=${seconds},v1=${hex}` }
    return fetch(inbound.url, { method: 'POST', headers: signed, body })
  }
  expect((await signWith(inboundToken)).status).toBe(200)
  expect((await signWith('another')).status).toBe(401)
  const agent = await server.agent()
  const headers = { cookie: agent.cookie, origin: server.url }
  const refused = await fetch(`${server.url}/api/agent/sites/acme/mail/token`, { method: 'POST', headers })
  expect(refused.status).toBe(403)
})

test('[EM95] settings are an admin’s, and their secrets are told to nobody', async () => {
  const agent = await server.agent()
  const refused = await fetch(`${server.url}/api/agent/sites`, { headers: { cookie: agent.cookie } })
  expect(refused.status).toBe(403)
  const secret = { ...settings(sink.port), smtp: { ...settings(sink.port).smtp, password: 'hunter2 hunter2' } }
  const text = await (await asAdmin('/api/agent/sites/acme/mail', 'PUT', secret)).text()
  expect(text).not.toContain('hunter2')
  expect(text).toContain('"hasSecret":true')
  // A password is not sent to another host than the one it was typed for.
  const elsewhere = { ...settings(sink.port), smtp: { ...settings(sink.port).smtp, host: 'localhost' } }
  const moved = await (await asAdmin('/api/agent/sites/acme/mail', 'PUT', elsewhere)).text()
  expect(moved).toContain('"hasSecret":false')
  const wrong = await asAdmin('/api/agent/sites/acme/mail', 'PUT', { ...secret, address: 'no address' })
  expect(await wrong.json()).toMatchObject({ error: { code: 'invalid', message: expect.stringContaining('address') } })
  const checked = await asAdmin('/api/agent/sites/acme/mail/check', 'POST', settings(sink.port))
  expect(await checked.json()).toMatchObject({
    smtp: expect.arrayContaining([expect.objectContaining({ step: 'sender', ok: true })]),
  })
}, 30_000)
