// What the server of an installation would judge a mail by: the account of a site, and the secret that its reply addresses
// are signed with. Read from the database, which a server may have open.

import { isSeenMail } from '../mail/intake/seen-mails.ts'
import type { AuthenticationSetting } from '../mail/inbound/authenticate.ts'
import type { ParsedMail } from '../mail/inbound/parsed-mail.ts'
import type { ReplyTokens } from '../mail/reply-token.ts'
import { readMailAccounts, type MailAccount } from '../mail/service/mail-accounts.ts'
import { findMailSecrets } from '../mail/service/mail-secrets.ts'
import { toAuthenticationSetting } from '../mail/service/server-settings.ts'
import { openReading } from '../open-reading.ts'
import type { StoreReading } from '../store/store-reading.ts'
import { UsageError } from './terminal.ts'

export interface InstalledMail {
  readonly site: string
  readonly authentication: AuthenticationSetting
  readonly tokens: ReplyTokens
  readonly ownAddresses: readonly string[]
  /** Whether the server has taken this mail before. */
  isKnown(mail: ParsedMail): Promise<boolean>
  close(): Promise<void>
}

interface Wanted {
  readonly database: string
  /** Default: the one that has mail. */
  readonly site: string | undefined
  /** See `PendopoOptions.secret`. */
  readonly secret: string | undefined
}

/** Rejects with a StoreError or a UsageError. */
export async function openInstalledMail({ database, site: wanted, secret }: Wanted): Promise<InstalledMail> {
  const reading = await openReading(database)
  try {
    const secrets = await findMailSecrets(reading.cells, secret)
    const { site, account } = await choose(reading, wanted, await readMailAccounts(reading.cells, secrets))
    if (account === null || secrets === null)
      throw new UsageError(
        `the mail settings of ${site} are hidden by another secret than this one; name the file of the secret that the server is given: --secret-file FILE`,
      )
    return {
      site,
      authentication: toAuthenticationSetting(account.settings),
      tokens: secrets.tokens,
      ownAddresses: [account.settings.address],
      isKnown: (mail) => isSeenMail(reading.cells, mail),
      close: reading.close,
    }
  } catch (error) {
    await reading.close()
    throw error
  }
}

const SET_IT_UP = 'an admin sets it up in the inbox, in the settings of the site'

async function choose(
  { directory }: StoreReading,
  wanted: string | undefined,
  accounts: ReadonlyMap<string, MailAccount | null>,
): Promise<{ readonly site: string; readonly account: MailAccount | null }> {
  const sites = (await directory.sites()).map(({ id }) => id)
  if (sites.length === 0)
    throw new UsageError('the database has no site; add one: pendopo site add NAME https://your-site.example')
  if (wanted !== undefined && !sites.includes(wanted))
    throw new UsageError(`there is no site ${JSON.stringify(wanted)} (known: ${sites.join(', ')})`)
  const mailing = (wanted === undefined ? sites : [wanted]).filter((id) => accounts.has(id))
  const [site] = mailing
  if (site === undefined)
    throw new UsageError(
      wanted === undefined ? `no site has a mail account; ${SET_IT_UP}` : `${wanted} has no mail account; ${SET_IT_UP}`,
    )
  if (mailing.length > 1) throw new UsageError(`several sites have mail; name one of them: --site ${mailing.join('|')}`)
  return { site, account: accounts.get(site) ?? null }
}
