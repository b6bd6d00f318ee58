import type { CheckStep, MailSettings } from '@pendopo/protocol'
import { checkImap, type Advise } from '../intake/check-imap.ts'
import { checkSmtp } from '../outbound/check-smtp.ts'
import { providerOf } from '../providers.ts'
import { TOKEN_LETTERS } from '../reply-token.ts'
import { toReplyAddress } from '../token-places.ts'
import type { AccessTokens } from './access-tokens.ts'
import { toImapSettings, toSmtpSettings } from './server-settings.ts'

export interface CheckedMail {
  readonly smtp: readonly CheckStep[]
  /** `null` where no mailbox is set. */
  readonly imap: readonly CheckStep[] | null
}

/** What a provider wants to see instead of the account's password is the same for both ways. */
const adviseOnLogin: Advise = (host, step) => (step === 'login' ? providerOf(host)?.loginAdvice : undefined)

/** As long as one, and none. */
const SOME_TOKEN = 'a'.repeat(TOKEN_LETTERS)

/** Tries out both servers of an account, step by step; nothing is sent and nothing is changed. */
export async function checkMail(settings: MailSettings, tokens: AccessTokens): Promise<CheckedMail> {
  const mailbox = toImapSettings(settings, tokens)
  const [smtp, imap] = await Promise.all([
    checkSmtp(toSmtpSettings(settings, tokens), {
      from: settings.address,
      ...(settings.plainReplies !== true && { replyTo: toReplyAddress(settings.address, SOME_TOKEN) }),
    }),
    mailbox === null ? null : checkImap(mailbox, adviseOnLogin),
  ])
  return { smtp, imap }
}
