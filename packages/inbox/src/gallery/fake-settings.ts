// Settings in memory: what the server would answer, as far as a screen can tell.

import {
  PendopoError,
  type InboxSettings,
  type MailProvider,
  type MailSettings,
  type MailSettingsView,
  type SiteView,
} from '@pendopo/sdk/inbox'

export const PROVIDERS: readonly MailProvider[] = [
  {
    id: 'gmail',
    name: 'Gmail',
    smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
    hint: 'Turn two-step verification on and make an app password: your own password is not taken.',
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    smtp: { host: 'smtp.fastmail.com', port: 465, security: 'tls' },
    imap: { host: 'imap.fastmail.com', port: 993, security: 'tls' },
    hint: 'Make an app password for mail in the privacy settings.',
  },
]

const MAIL: MailSettingsView = {
  address: 'help@acme.example',
  name: 'Acme',
  fallback: true,
  delayMinutes: 5,
  smtp: { host: 'smtp.acme.example', port: 465, security: 'tls', hasSecret: true },
  imap: { host: 'imap.acme.example', port: 993, security: 'tls', folder: 'INBOX', hasSecret: true },
  authentication: 'mailauth',
  dkim: null,
  incomingUrl: 'https://chat.acme.example/api/mail/acme',
  trouble: {
    step: 'imap login',
    message: 'The server did not take the user and the password.',
    at: new Date('2026-03-12T10:12:00').getTime(),
  },
}

const ACME: SiteView = {
  id: 'acme',
  name: 'Acme',
  origins: ['https://acme.example'],
  config: { accent: '#3b3fb6', greeting: 'How can we help?', position: 'right' },
  snippet: '<script async src="https://chat.acme.example/acme/widget.js"></script>',
  mail: MAIL,
}

const TIDY: ReadonlySet<string> = new Set(['http:', 'https:'])

/** What was typed as an origin, tidied; refuses what is none. */
function toOrigin(typed: string): string {
  const url = URL.canParse(typed) ? new URL(typed) : null
  if (url === null || !TIDY.has(url.protocol) || url.pathname.length > 1)
    throw new PendopoError(
      'invalid',
      `unable to save the site; “${typed}” is not an origin: write https://acme.example`,
    )
  return url.origin
}

const toView = (settings: MailSettings, before: MailSettingsView | null): MailSettingsView => {
  const shown = (endpoint: MailSettings['smtp'], known: MailSettingsView['imap']) => {
    const { password, oauth, ...rest } = endpoint
    const hasSecret = password !== undefined || known?.hasSecret === true
    return {
      ...rest,
      ...(oauth !== undefined && { oauth: { tokenUrl: oauth.tokenUrl, clientId: oauth.clientId } }),
      hasSecret,
    }
  }
  return {
    ...settings,
    smtp: shown(settings.smtp, before?.smtp ?? null),
    imap: settings.imap === null ? null : shown(settings.imap, before?.imap ?? null),
    dkim:
      settings.dkim === null
        ? null
        : {
            domain: settings.dkim.domain,
            selector: settings.dkim.selector,
            hasSecret: settings.dkim.privateKey !== undefined || before?.dkim?.hasSecret === true,
          },
    incomingUrl: 'https://chat.acme.example/api/mail/acme',
    trouble: null,
  }
}

export interface FakeSettings extends InboxSettings {
  /** What was asked to be stored or tried, in order. */
  readonly asked: readonly MailSettings[]
}

export function createFakeSettings({ isAdmin = true } = {}): FakeSettings {
  let sites: readonly SiteView[] = [ACME]
  const asked: MailSettings[] = []
  let tokens = 0
  const allowed = () => {
    if (!isAdmin) throw new PendopoError('forbidden', 'unable to show the sites; this role may not')
  }
  function change(id: string, over: (site: SiteView) => Partial<SiteView>): SiteView {
    allowed()
    const before = sites.find((site) => site.id === id)
    if (before === undefined) throw new PendopoError('not_found', 'unable to save the site; no such site')
    const next = { ...before, ...over(before) }
    sites = sites.map((site) => (site === before ? next : site))
    return next
  }
  return {
    asked,
    async sites() {
      allowed()
      return { sites, providers: PROVIDERS }
    },
    async addSite({ name = '', origins = [], config = {} }) {
      allowed()
      const id = name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')
      const site: SiteView = {
        ...{ id, name, config, mail: null, origins: origins.map(toOrigin) },
        snippet: `<script async src="https://chat.acme.example/${id}/widget.js"></script>`,
      }
      sites = [...sites, site]
      return site
    },
    changeSite: async (id, { name, origins, config }) =>
      change(id, () => ({
        ...(name !== undefined && { name }),
        ...(origins !== undefined && { origins: origins.map(toOrigin) }),
        ...(config !== undefined && { config }),
      })),
    async setMail(id, settings) {
      asked.push(settings)
      return change(id, ({ mail }) => ({ mail: toView(settings, mail) }))
    },
    removeMail: async (id) => change(id, () => ({ mail: null })),
    async renewMailToken() {
      allowed()
      tokens += 1
      return `token-${tokens}`
    },
    async checkMail(_id, settings) {
      allowed()
      asked.push(settings)
      const ok = (step: string, tookMs: number) => ({ step, ok: true, tookMs })
      return {
        smtp: [ok('connect', 84), ok('log in', 130), ok('sender', 41)],
        imap:
          settings.imap === null
            ? null
            : [
                ok('connect', 90),
                {
                  ...{ step: 'log in', ok: false, tookMs: 210 },
                  problem: 'The server did not take the user and the password.',
                  advice: 'Make an app password at your provider, and type it in place of your own.',
                },
              ],
      }
    },
  }
}
