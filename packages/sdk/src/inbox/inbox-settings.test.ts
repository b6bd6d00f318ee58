import { describe, expect, it } from 'vitest'
import { createAgentHttp } from './agent-http.ts'
import { createInboxSettings } from './inbox-settings.ts'

const SITE = { id: 'acme', name: 'Acme', origins: ['https://acme.example'], config: {}, snippet: '', mail: null }
const MAIL = {
  address: 'help@acme.example',
  fallback: true,
  delayMinutes: 5,
  smtp: { host: 'smtp.acme.example', port: 465, security: 'tls' as const },
  imap: null,
  authentication: 'mailauth' as const,
  dkim: null,
}

/** A server that answers one request, and tells what it was. */
function setUp(status: number, answer: unknown) {
  const asked: string[] = []
  const http = createAgentHttp({
    server: 'https://chat.example.com/',
    isBrowser: true,
    async fetch(input, init) {
      asked.push(`${init?.method ?? 'GET'} ${String(input)} ${typeof init?.body === 'string' ? init.body : ''}`.trim())
      return Response.json(answer, { status })
    },
  })
  return { asked, http, settings: createInboxSettings(http.call) }
}

describe('the settings over HTTP', () => {
  it('[EM131] ask for sites and store them where the server expects it', async () => {
    const list = setUp(200, { sites: [SITE], providers: [] })
    expect(await list.settings.sites()).toEqual({ sites: [SITE], providers: [] })
    expect(list.asked).toEqual(['GET https://chat.example.com/api/agent/sites'])
    const one = setUp(200, { site: SITE })
    expect(await one.settings.addSite({ name: 'Acme' })).toEqual(SITE)
    await one.settings.changeSite('acme', { name: 'Acme' })
    await one.settings.setMail('acme', MAIL)
    await one.settings.removeMail('acme')
    expect(one.asked).toEqual([
      'POST https://chat.example.com/api/agent/sites {"name":"Acme"}',
      'PATCH https://chat.example.com/api/agent/sites/acme {"name":"Acme"}',
      `PUT https://chat.example.com/api/agent/sites/acme/mail ${JSON.stringify(MAIL)}`,
      'DELETE https://chat.example.com/api/agent/sites/acme/mail',
    ])
  })

  it('[EM165] make a token for a mail service', async () => {
    const { asked, settings } = setUp(200, { inboundToken: 'a token' })
    expect(await settings.renewMailToken('acme')).toBe('a token')
    expect(asked).toEqual(['POST https://chat.example.com/api/agent/sites/acme/mail/token'])
  })

  it('[EM134] try the servers without storing', async () => {
    const { asked, settings } = setUp(200, { smtp: [{ step: 'connect', ok: true, tookMs: 4 }], imap: null })
    expect((await settings.checkMail('acme', MAIL)).smtp).toHaveLength(1)
    expect(asked).toEqual([`POST https://chat.example.com/api/agent/sites/acme/mail/check ${JSON.stringify(MAIL)}`])
  })

  it('[EM131, EM132] reject with the server’s code and words', async () => {
    const forbidden = setUp(403, { error: { code: 'forbidden', message: 'that is for admins' } })
    await expect(forbidden.settings.sites()).rejects.toMatchObject({ code: 'forbidden' })
    const invalid = setUp(400, { error: { code: 'invalid', message: 'origins: write https://acme.example' } })
    await expect(invalid.settings.addSite({ origins: ['acme'] })).rejects.toThrow(/write https:\/\/acme\.example/u)
    await expect(setUp(200, {}).settings.sites()).rejects.toMatchObject({ code: 'internal' })
  })

  it('[EM123] ask for a mail as it came', async () => {
    const mail = { from: null, to: [], cc: [], subject: '', date: null, text: '', html: null, attachments: [] }
    const { asked, http } = setUp(200, mail)
    expect(await http.originalMail('c1', 'm1')).toEqual(mail)
    expect(asked).toEqual(['GET https://chat.example.com/api/agent/conversations/c1/mails/m1'])
  })
})
