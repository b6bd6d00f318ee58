// One mailer for each account: made when the first mail leaves, replaced when the settings change. Remembers the last trouble
// of each, for the settings screen and the doctor.

import type { MailSettingsView } from '@pendopo/protocol'
import type { ComposedMail } from '../outbound/composed-mail.ts'
import { createMailer, type Mailer, type MailerOptions } from '../outbound/create-mailer.ts'
import type { SendOutcome } from '../outbound/send-outcome.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { MailAccount } from './mail-accounts.ts'
import { toSmtpSettings } from './server-settings.ts'

export interface Mailers {
  /** Never rejects. */
  send(account: MailAccount, mail: ComposedMail): Promise<SendOutcome>
  troubleOf(site: string): MailSettingsView['trouble']
  close(): Promise<void>
}

interface Needs {
  readonly tokens: AccessTokens
  readonly now: () => number
  readonly options?: MailerOptions
}

export function createMailers({ tokens, now, options = {} }: Needs): Mailers {
  const open = new Map<string, { readonly settings: string; readonly mailer: Mailer }>()
  const troubles = new Map<string, NonNullable<MailSettingsView['trouble']>>()

  function mailerOf({ site, settings }: MailAccount): Mailer {
    const key = JSON.stringify([settings.address, settings.smtp, settings.dkim])
    const present = open.get(site)
    if (present?.settings === key) return present.mailer
    void present?.mailer.close()
    const mailer = createMailer(toSmtpSettings(settings, tokens), options)
    open.set(site, { settings: key, mailer })
    return mailer
  }

  return {
    async send(account, mail) {
      const outcome = await mailerOf(account).send(mail)
      if (outcome.kind === 'accepted' || outcome.kind === 'refused') troubles.delete(account.site)
      else
        troubles.set(account.site, {
          step: outcome.kind === 'misconfigured' ? outcome.step : 'connect',
          message: outcome.reason,
          at: now(),
        })
      return outcome
    },
    troubleOf: (site) => troubles.get(site) ?? null,
    close: async () => void (await Promise.all([...open.values()].map(({ mailer }) => mailer.close()))),
  }
}
