import { describe, expect, it } from 'vitest'
import type { MailSettingsView } from '@pendopo/sdk/inbox'
import { toMailDraft, toMailSettings, withProvider } from './mail-settings-draft.ts'

const STORED: MailSettingsView = {
  address: 'help@acme.example',
  fallback: false,
  delayMinutes: 3,
  smtp: { host: 'smtp.acme.example', port: 587, security: 'starttls', user: 'acme', hasSecret: true },
  imap: { host: 'imap.acme.example', port: 993, security: 'tls', folder: 'Help', hasSecret: true },
  authentication: 'receiver-header',
  authservId: 'mx.acme.example',
  dkim: { domain: 'acme.example', selector: 'k1', hasSecret: true },
  incomingUrl: 'https://chat.acme.example/in',
  trouble: null,
}

const GMAIL = {
  id: 'gmail',
  name: 'Gmail',
  smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
  imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
  hint: '',
} as const

describe('the mail settings in a form', () => {
  it('[EM133] go back as they came, with no secret that was not typed', () => {
    expect(toMailSettings(toMailDraft(STORED))).toEqual({
      address: 'help@acme.example',
      fallback: false,
      delayMinutes: 3,
      smtp: { host: 'smtp.acme.example', port: 587, security: 'starttls', user: 'acme' },
      imap: { host: 'imap.acme.example', port: 993, security: 'tls', folder: 'Help' },
      authentication: 'receiver-header',
      authservId: 'mx.acme.example',
      dkim: { domain: 'acme.example', selector: 'k1' },
    })
  })

  it('[EM162] wait three quiet minutes where nobody has set another number', () => {
    expect(toMailSettings(toMailDraft(null)).delayMinutes).toBe(3)
  })

  it('[EM170] keep that the mailbox takes no address with a +', () => {
    expect(toMailSettings(toMailDraft({ ...STORED, plainReplies: true })).plainReplies).toBe(true)
  })

  it('[EM133] take a provider’s servers, and forget that another’s secret is stored', () => {
    const draft = withProvider(toMailDraft(STORED), GMAIL)
    expect(draft.smtp).toMatchObject({ host: 'smtp.gmail.com', port: '465', security: 'tls', hasSecret: false })
    expect(draft.imap).toMatchObject({ host: 'imap.gmail.com', hasSecret: false })
    expect(withProvider(draft, GMAIL).smtp).toEqual(draft.smtp)
  })

  it('[EM133] use one password for both servers, unless another is typed or stored', () => {
    const fresh = withProvider(toMailDraft(null), GMAIL)
    const typed = { ...fresh, smtp: { ...fresh.smtp, password: 'app password' } }
    expect(toMailSettings(typed).imap).toMatchObject({ password: 'app password' })
    expect(toMailSettings({ ...typed, imap: { ...typed.imap, password: 'own' } }).imap).toMatchObject({
      password: 'own',
    })
    const stored = toMailDraft(STORED)
    expect(toMailSettings({ ...stored, smtp: { ...stored.smtp, password: 'new' } }).imap).not.toHaveProperty('password')
  })

  it('[EM133] send OAuth in place of a password', () => {
    const draft = toMailDraft(STORED)
    const smtp = {
      ...draft.smtp,
      proof: 'oauth' as const,
      password: 'left over',
      tokenUrl: 'https://id.example/token',
      clientId: 'c',
    }
    expect(toMailSettings({ ...draft, smtp, hasImap: false, hasDkim: false })).toMatchObject({
      smtp: { oauth: { tokenUrl: 'https://id.example/token', clientId: 'c' } },
      imap: null,
      dkim: null,
    })
    expect(toMailSettings({ ...draft, smtp }).smtp).not.toHaveProperty('password')
  })
})
