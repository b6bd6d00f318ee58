// From an account's settings to what the SMTP and IMAP clients take.

import type { MailSettings } from '@pendopo/protocol'
import type { AuthenticationSetting } from '../inbound/authenticate.ts'
import type { ImapSettings } from '../intake/imap-settings.ts'
import type { SmtpSettings } from '../outbound/smtp-settings.ts'
import type { AccessTokens } from './access-tokens.ts'

export function toSmtpSettings({ address, smtp, dkim }: MailSettings, tokens: AccessTokens): SmtpSettings {
  const { host, port, security, user = address, password, oauth } = smtp
  const auth = authOf(user, password, oauth, tokens)
  return {
    ...{ host, port, tls: security },
    ...(auth !== undefined && { auth }),
    ...(dkim?.privateKey !== undefined && {
      dkim: { domain: dkim.domain, selector: dkim.selector, privateKey: dkim.privateKey },
    }),
    // The admin has chosen it in so many words.
    allowUnencrypted: security === 'none',
  }
}

export function toImapSettings({ address, imap }: MailSettings, tokens: AccessTokens): ImapSettings | null {
  if (imap === null) return null
  const { host, port, security, user = address, password, oauth, folder } = imap
  const place = { host, port, tls: security, user, ...(folder !== undefined && { folder }) }
  const auth = authOf(user, password, oauth, tokens)
  if (auth === undefined) return { ...place, password: '' }
  return 'accessToken' in auth ? { ...place, accessToken: auth.accessToken } : { ...place, password: auth.password }
}

function authOf(
  user: string,
  password: string | undefined,
  oauth: MailSettings['smtp']['oauth'],
  tokens: AccessTokens,
) {
  if (oauth !== undefined) return { user, accessToken: () => tokens.of(oauth) }
  return password === undefined ? undefined : { user, password }
}

export function toAuthenticationSetting({ authentication, authservId }: MailSettings): AuthenticationSetting {
  if (authentication === 'receiver-header')
    return authservId === undefined ? { method: 'none' } : { method: 'receiver-header', authservId }
  return { method: authentication }
}
