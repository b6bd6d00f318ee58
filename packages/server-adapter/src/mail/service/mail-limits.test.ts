import type { MailSettings } from '@pendopo/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSmtpSink, type SmtpSink } from '../../testing/smtp-sink.ts'
import { newId, open, post, startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let sink: SmtpSink
beforeAll(async () => {
  sink = await startSmtpSink()
  server = await startTestServer({ limits: { mailsPerHourPerSite: 1 } })
})
afterAll(async () => {
  await server.close()
  await sink.close()
})

it('[EM154] a site that has sent as many mails as it may says so, to the agent in the thread and to admins in its settings', async () => {
  const admin = await server.agent({ role: 'admin' })
  const settings: MailSettings = {
    ...{ address: 'support@acme.example', fallback: true, delayMinutes: 1, imap: null, dkim: null },
    ...{ authentication: 'none', smtp: { host: '127.0.0.1', port: sink.port, security: 'none' } },
  }
  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}/api/agent/sites${path}`, {
      ...init,
      headers: { cookie: admin.cookie, origin: server.url, 'content-type': 'application/json' },
    })
  await api('/acme/mail', { method: 'PUT', body: JSON.stringify(settings) })
  const trouble = async () => {
    const { sites } = (await (await api('')).json()) as { sites: readonly { mail: { trouble: unknown } }[] }
    return sites[0]?.mail.trouble
  }
  const kinds = async (conversation: string) => {
    const { snapshot } = await admin.ask('sync', { conversation, have: null })
    return snapshot?.items.map(({ kind, data }) => (kind === 'mail.delayed' ? `${kind} ${data.limit}` : kind)) ?? []
  }
  async function mailTo(email: string) {
    const visitor = await server.visitor()
    const { stream } = await visitor.ask('commands', { commands: [open(), post('Where is my order?')] })
    const give = { id: newId(), kind: 'address.give', data: { email } } as const
    await visitor.ask('commands', { stream, commands: [give] })
    const mail = { id: newId(), kind: 'message.post', data: { text: 'Here.', mail: { subject: 'Order' } } } as const
    await admin.ask('commands', { stream, commands: [mail] })
    return { conversation: stream.id, visitor }
  }

  const first = await mailTo('ana@example.com')
  await expect.poll(() => kinds(first.conversation)).toContain('mail.sent')
  const second = await mailTo('budi@example.com')
  await expect.poll(() => kinds(second.conversation)).toContain('mail.delayed site')
  expect(sink.mails.map(({ to }) => to)).toEqual([['ana@example.com']])
  expect(await trouble()).toMatchObject({
    step: 'limit',
    message: expect.stringContaining('as many e-mails as it may'),
  })
  // It is the team's affair.
  const theirs = await second.visitor.ask('sync', { conversation: second.conversation, have: null })
  expect(theirs.snapshot?.items.map(({ kind }) => kind)).not.toContain('mail.delayed')
})
