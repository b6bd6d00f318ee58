// What admins set over HTTP: sites and their mail. Knows where each thing is asked for and what it answers; how it is
// asked (cookies, errors) is `agent-http`.

import type { MailCheck, SiteView } from '@pendopo/protocol'
import type { InboxSettings } from '../inbox-client.ts'
import { PendopoError } from '../pendopo-error.ts'
import type { AgentCall } from './agent-http.ts'

export function createInboxSettings(call: AgentCall): InboxSettings {
  const pathOf = (id: string, rest = '') => `sites/${encodeURIComponent(id)}${rest}`
  return {
    sites: async () =>
      read<Awaited<ReturnType<InboxSettings['sites']>>>(await call('GET', 'sites', 'show the sites'), 'sites'),
    addSite: async (site) => siteOf(await call('POST', 'sites', 'add the site', site)),
    changeSite: async (id, change) => siteOf(await call('PATCH', pathOf(id), 'save the site', change)),
    setMail: async (id, settings) => siteOf(await call('PUT', pathOf(id, '/mail'), 'save the mail settings', settings)),
    removeMail: async (id) => siteOf(await call('DELETE', pathOf(id, '/mail'), 'turn mail off')),
    renewMailToken: async (id) =>
      read<{ readonly inboundToken: string }>(
        await call('POST', pathOf(id, '/mail/token'), 'make a token for a mail service'),
        'inboundToken',
      ).inboundToken,
    checkMail: async (id, settings) =>
      read<MailCheck>(await call('POST', pathOf(id, '/mail/check'), 'test the mail servers', settings), 'smtp'),
  }
}

const siteOf = (body: unknown): SiteView => read<{ readonly site: SiteView }>(body, 'site').site

/** The parse border, as in `agent-http`: the server's tests hold it to these shapes. */
function read<Answer>(body: unknown, key: keyof Answer & string): Answer {
  if (typeof body === 'object' && body !== null && key in body) return body as Answer
  throw new PendopoError('internal', 'unable to read the answer; it has another form')
}
