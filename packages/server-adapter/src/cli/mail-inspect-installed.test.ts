// `pendopo mail inspect` beside a running server: it says of each mail what the server then does with it.

import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Item, MailSettings } from '@pendopo/protocol'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import PostalMime from 'postal-mime'
import { startSmtpSink, type SmtpSink } from '../testing/smtp-sink.ts'
import { newId, open, post, startTestServer, type TestServer } from '../testing/test-server.ts'
import { runPendopo, saveMail } from './doctor.test.support.ts'

const ANA = 'ana@example.com'
const RECEIVER = 'mx.acme.example'

let folder: string
let database: string
let server: TestServer
let sink: SmtpSink
let admin: Awaited<ReturnType<TestServer['agent']>>
let inbound: { readonly url: string; readonly token: string }
let conversation: string
let replyTo: string

const settings = (): MailSettings => ({
  ...{ address: 'support@acme.example', fallback: true, delayMinutes: 1, imap: null, dkim: null },
  smtp: { host: '127.0.0.1', port: sink.port, security: 'none' },
  ...{ authentication: 'receiver-header', authservId: RECEIVER },
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-inspect-'))
  database = `file:${join(folder, 'pendopo.db')}`
  sink = await startSmtpSink()
  server = await startTestServer({ database })
  admin = await server.agent({ role: 'admin' })
  const answer = await fetch(`${server.url}/api/agent/sites/acme/mail`, {
    method: 'PUT',
    headers: { cookie: admin.cookie, origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify(settings()),
  })
  const { site, inboundToken } = (await answer.json()) as {
    readonly site: { readonly mail: { readonly incomingUrl: string } }
    readonly inboundToken: string
  }
  inbound = { url: site.mail.incomingUrl, token: inboundToken }
  const visitor = await server.visitor()
  const { stream } = await visitor.ask('commands', { commands: [open(), post('Where is my order?')] })
  const give = { id: newId(), kind: 'address.give', data: { email: ANA } } as const
  await visitor.ask('commands', { stream, commands: [give] })
  conversation = stream.id
  const compose = {
    id: newId(),
    kind: 'message.post',
    data: { text: 'It leaves today.', mail: { subject: 'Order' } },
  } as const
  await admin.ask('commands', { stream, commands: [compose] })
  await vi.waitFor(() => expect(sink.mails).toHaveLength(1), { timeout: 20_000, interval: 20 })
  const sent = await PostalMime.parse(sink.mails[0]?.raw ?? '')
  replyTo = sent.replyTo?.[0]?.address ?? ''
}, 60_000)
afterAll(async () => {
  await server.close()
  await sink.close()
  rmSync(folder, { recursive: true, force: true })
})

let mails = 0
/** Writes a mail that answers ours, with what is wrong with it. */
function answer({ from = ANA, to = replyTo, receiver = RECEIVER, result = 'pass' } = {}) {
  mails += 1
  const text = [
    `Authentication-Results: ${receiver}; dmarc=${result} header.from=example.com`,
    `From: Ana <${from}>`,
    `To: ${to}`,
    'Subject: Re: Order',
    `Message-ID: <answer-${mails}@example.com>`,
    'Date: Fri, 27 Nov 2026 10:00:00 +0000',
    '',
    `Thank you, ${mails}`,
    '',
  ].join('\r\n')
  const path = join(folder, `${mails}.eml`)
  writeFileSync(path, text)
  return { path, text, words: `Thank you, ${mails}` }
}

async function inspect(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { text, failure } = await runPendopo(['mail', 'inspect', ...args], env)
  const lines = text.trim() === '' ? [] : text.trim().split('\n')
  return { lines: lines.map((line) => JSON.parse(line)), failure }
}

const deliver = (body: string) =>
  fetch(inbound.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${inbound.token}`, 'content-type': 'message/rfc822' },
    body,
  })

/** The item that a mail became in our conversation, if any. */
async function itemOf(words: string): Promise<Item | undefined> {
  const { snapshot } = await admin.ask('sync', { conversation, have: null })
  return snapshot?.items.find(({ content }) => content?.text === words)
}

const wrongToken = () => replyTo.replace(/\+(.)/, (_, first: string) => `+${first === 'a' ? 'b' : 'a'}`)

describe('pendopo mail inspect with the database of a running server', () => {
  it.each([
    ['the answer of whom it was for', () => answer(), { to: 'conversation', by: 'reply-address' }, 'message.posted'],
    [
      'somebody else',
      () => answer({ from: 'eve@example.com' }),
      { to: 'unverified', why: 'other_sender' },
      'mail.held',
    ],
    ['a forged sender', () => answer({ result: 'fail' }), { to: 'unverified', why: 'not_authenticated' }, 'mail.held'],
    [
      'another receiver’s word',
      () => answer({ receiver: 'mx.else.example' }),
      { to: 'unverified', why: 'not_authenticated' },
      'mail.held',
    ],
    [
      'a changed token',
      () => answer({ from: 'uma@example.com', to: wrongToken() }),
      { to: 'new', why: 'bad_token' },
      undefined,
    ],
    ['a mail for others', () => answer({ to: 'x@else.example' }), { to: 'nowhere', why: 'not_for_us' }, undefined],
  ] as const)('[EM150] says what the server then does with %s', async (_, write, route, becomes) => {
    const { path, text, words } = write()
    const { lines, failure } = await inspect([path, '--database', database])
    expect(failure).toBeNull()
    expect(lines).toMatchObject([{ file: path, site: 'acme', known: false, route }])
    if (becomes !== undefined) expect(lines[0].route.conversation).toBe(conversation)
    expect((await deliver(text)).status).toBe(200)
    const item = await itemOf(words)
    expect(item?.kind).toBe(becomes)
    if (becomes === 'mail.held') expect(item?.data.why).toBe(lines[0].route.why)
    // It came: it would go nowhere if it came again, and where it belongs is told all the same.
    expect((await inspect([path], { PENDOPO_DATABASE: database })).lines).toMatchObject([{ known: true, route }])
  })

  it('[EM150] takes what is said on the line before what the site has set', async () => {
    const { path } = answer()
    const { lines } = await inspect([path, '--data', folder, '--auth', 'none', '--site', 'acme'])
    expect(lines).toMatchObject([{ route: { to: 'unverified', conversation, why: 'not_authenticated' } }])
    const [elsewhere] = (await inspect([path, '--data', folder, '--address', 'help@acme.example'])).lines
    expect(elsewhere.route).toMatchObject({ to: 'conversation' })
    // Without the database nothing of ours is known.
    expect((await inspect([path])).lines).toMatchObject([{ route: { to: 'new', why: 'bad_token' } }])
  })
})

describe('pendopo mail inspect with a database', () => {
  const bare = (name: string) => join(folder, name)
  const addSite = (data: string, name: string) =>
    runPendopo(['site', 'add', name, `https://${name}.example`], { PENDOPO_DATA: data })
  const sentence = async (...args: string[]) => {
    const { lines, failure } = await inspect([answer().path, ...args])
    expect(lines).toEqual([])
    return failure
  }

  it('[EM151] says what is missing: the database, a site, its mail, its secret', async () => {
    const data = bare('sites')
    expect(await sentence('--data', data)).toMatch(
      /^unable to read the database .*sites\/pendopo\.db; it is not there$/,
    )
    writeFileSync(bare('letter.db'), 'a letter to my aunt, which is certainly no database')
    expect(await sentence('--database', `file:${bare('letter.db')}`)).toMatch(/not a database/)
    await runPendopo(['site', 'list'], { PENDOPO_DATA: data })
    expect(await sentence('--data', data)).toMatch(/^the database has no site; add one: pendopo site add/)
    await addSite(data, 'one')
    await addSite(data, 'two')
    expect(await sentence('--data', data, '--site', 'six')).toBe('there is no site "six" (known: one, two)')
    expect(await sentence('--data', data)).toMatch(/^no site has a mail account; an admin sets it up/)
    const address = `file:${data}/pendopo.db`
    await saveMail(address, 'one', settings())
    expect(await sentence('--data', data, '--site', 'two')).toMatch(/^two has no mail account/)
    expect((await inspect([answer().path, '--data', data])).lines).toMatchObject([{ site: 'one' }])
    await saveMail(address, 'two', settings(), 'a secret of the application')
    expect(await sentence('--data', data)).toBe('several sites have mail; name one of them: --site one|two')
    expect(await sentence('--data', data, '--site', 'two')).toMatch(
      /^the mail settings of two are hidden .*--secret-file/,
    )
    writeFileSync(bare('secret'), 'a secret of the application\n')
    const given = await inspect([answer().path, '--data', data, '--site', 'two', '--secret-file', bare('secret')])
    expect(given).toMatchObject({ failure: null, lines: [{ site: 'two' }] })
  })

  it('[EM151] a file that cannot be read is told, and the database stays as it is', async () => {
    const data = bare('still')
    await addSite(data, 'one')
    await saveMail(`file:${data}/pendopo.db`, 'one', settings())
    const bytes = () =>
      createHash('sha256')
        .update(readFileSync(`${data}/pendopo.db`))
        .digest('hex')
    const before = bytes()
    const { lines, failure } = await inspect([join(folder, 'none.eml'), answer().path, '--data', data])
    expect(lines).toMatchObject([{ error: 'there is no such file' }, { site: 'one', known: false }])
    expect(failure).toBe('1 of 2 file(s) could not be inspected')
    expect(bytes()).toBe(before)
  })
})
