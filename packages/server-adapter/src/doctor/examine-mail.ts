// The mail of each site, tried out as the settings screen does it, in the same words: a finding for each of its servers.

import type { CheckStep, MailSettings } from '@pendopo/protocol'
import { createAccessTokens } from '../mail/service/access-tokens.ts'
import { checkMail } from '../mail/service/check-mail.ts'
import { readMailAccounts, type MailAccount } from '../mail/service/mail-accounts.ts'
import { findMailSecrets } from '../mail/service/mail-secrets.ts'
import { openReading } from '../open-reading.ts'
import { StoreError } from '../store/store-error.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const NOT_SET_UP =
  'not set up: visitors who leave get no mail; an admin sets it up in the inbox, in the settings of the site'

/** `secret`: see `PendopoOptions.secret`. */
export async function examineMail(database: string, secret: string | undefined): Promise<readonly Finding[]> {
  const accounts = await readAccounts(database, secret)
  // What is wrong with the database is told in steps of its own.
  if (accounts === null) return [ok('mail', 'not looked at: its settings are in the database')]
  if (accounts.size === 0) return [ok('mail', NOT_SET_UP)]
  const tokens = createAccessTokens(Date.now)
  const examine = async ([site, account]: readonly [string, MailAccount | null | undefined]) => {
    const step = `mail ${site}`
    if (account === undefined) return [ok(step, NOT_SET_UP)]
    if (account === null) return [warn(step, ...HIDDEN)]
    const { smtp, imap } = await checkMail(account.settings, tokens)
    return [
      toFinding(`${step} smtp`, 'SMTP', account.settings.smtp, smtp),
      ...(imap === null ? [] : [toFinding(`${step} imap`, 'IMAP', account.settings.imap, imap)]),
    ]
  }
  return (await Promise.all(Array.from(accounts, examine))).flat()
}

const HIDDEN = [
  'its settings are hidden by another secret than this one',
  'name the file of the secret that the server is given: --secret-file FILE; where that is lost, save the settings anew',
] as const

/** Accounts of all sites: `undefined` where there is none, `null` where its settings cannot be opened. */
async function readAccounts(database: string, secret: string | undefined) {
  try {
    const { cells, directory, close } = await openReading(database)
    try {
      const accounts = await readMailAccounts(cells, await findMailSecrets(cells, secret))
      return new Map((await directory.sites()).map(({ id }) => [id, accounts.get(id)]))
    } finally {
      await close()
    }
  } catch (error) {
    if (error instanceof StoreError) return null
    throw error
  }
}

function toFinding(step: string, title: string, server: MailSettings['imap'], steps: readonly CheckStep[]): Finding {
  const place = server === null ? '' : ` at ${server.host}:${server.port}`
  const failed = steps.find((each) => !each.ok)
  if (failed !== undefined)
    return fail(
      step,
      `${title}${place} does not work yet: ${failed.step}: ${withoutStop(failed.problem)}`,
      failed.advice ?? '',
    )
  const remarks = steps.flatMap(({ advice }) => advice ?? [])
  return ok(step, [`${title}${place} works: ${steps.map((each) => each.step).join(', ')}`, ...remarks].join('. '))
}

/** What follows it on a line brings its own. */
const withoutStop = (sentence = ''): string => sentence.replace(/\.$/, '')
