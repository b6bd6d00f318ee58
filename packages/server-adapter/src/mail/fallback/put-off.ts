// Until when the mail server is not asked again about a mail: what else happens in a conversation wakes the reader, and must not
// make it try sooner. Only this process knows it; after a restart each mail is tried once more. Settings that were changed may
// have mended what was wrong.

import type { MailAccount } from '../service/mail-accounts.ts'

export interface PutOff {
  /** When this mail may be tried again, or `null` for now. */
  until(mail: string, account: MailAccount, now: number): number | null
  note(mail: string, account: MailAccount, until: number, now: number): void
}

export function createPutOff(): PutOff {
  const put = new Map<string, { readonly smtp: string; readonly until: number }>()
  const keyOf = ({ settings }: MailAccount): string => JSON.stringify([settings.address, settings.smtp, settings.dkim])
  return {
    until(mail, account, now) {
      const entry = put.get(mail)
      return entry !== undefined && entry.until > now && entry.smtp === keyOf(account) ? entry.until : null
    },
    note(mail, account, until, now) {
      // What is past has been tried since, here or on another node.
      for (const [other, entry] of put) if (entry.until <= now) put.delete(other)
      put.set(mail, { smtp: keyOf(account), until })
    },
  }
}
