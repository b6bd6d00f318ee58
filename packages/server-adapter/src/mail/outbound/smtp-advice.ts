import type { MailProvider } from '../providers.ts'
import type { MailFailure } from './send-outcome.ts'
import type { SmtpSettings } from './smtp-settings.ts'

/** What to do about a step of a check that failed, for somebody who runs a shop and not a mail server. */
export function adviseOn(
  step: string,
  failure: MailFailure,
  settings: SmtpSettings,
  provider: MailProvider | null,
): string {
  switch (step) {
    case 'address':
      return /NOTFOUND|NODATA/.test(failure.cause)
        ? 'There is no server of this name: look it up at your provider and mind the spelling.'
        : 'Names cannot be looked up at the moment: check this machine’s network and try again.'
    case 'connect':
      return failure.cause === 'ECONNREFUSED'
        ? `Nothing listens at port ${settings.port}: mail is handed in at 465 with TLS or at 587 with STARTTLS.`
        : `There is no answer at port ${settings.port}. A firewall may be in the way; many hosters block 25, 465 and 587 until they are asked. Some providers listen at 2525 too.`
    case 'encryption':
      return adviseOnEncryption(failure, settings)
    case 'login':
      return (
        provider?.loginAdvice ??
        'Check user name and password. Where the account has two-step sign-in, most providers want an app password; some take OAuth2 only.'
      )
    default:
      return (
        provider?.senderAdvice ??
        'The account may not send from this address: use its own, or allow this one at the provider.'
      )
  }
}

function adviseOnEncryption({ code, cause, message, reply }: MailFailure, { tls, port, host }: SmtpSettings): string {
  if (/ALTNAME|HOSTNAME/.test(cause))
    return `The certificate is for another name than ${host}: use the name that the provider documents.`
  if (/EXPIRED/.test(cause)) return 'The certificate has expired: whoever runs the server has to renew it.'
  if (/SELF_SIGNED|UNABLE_TO/.test(cause))
    return 'The certificate is of no known authority. If the server is your own, give the certificate of its authority in the settings.'
  if (tls === 'tls' && (/^EPROTO$|ERR_SSL/.test(cause) || /wrong version|packet length/i.test(message)))
    return 'This port does not speak TLS from the start: choose STARTTLS, or port 465.'
  if (tls !== 'tls' && (code === 'ETIMEDOUT' || (code === 'ECONNECTION' && reply === null)))
    return `The server says nothing at port ${port}; it may expect TLS from the start: choose TLS, which is usually at port 465.`
  if (tls === 'starttls') return 'The server offers no encryption here: choose TLS with port 465, or another server.'
  return 'The connection could not be set up; the server may not want mail from this machine. Ask whoever runs it.'
}
