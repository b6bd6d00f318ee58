// What is remembered of the mails that were taken, whichever way they came: each by its Message-ID and a hash of its body.

import { createHash } from 'node:crypto'
import type { CellStore } from '../../store/cells.ts'
import type { ParsedMail } from '../inbound/parsed-mail.ts'

export const SEEN_MAILS = 'mail-seen'

type Known = Pick<ParsedMail, 'messageId' | 'bodyHash'>

export const toMailKey = ({ messageId, bodyHash }: Known): string =>
  createHash('sha256')
    .update(JSON.stringify([messageId, bodyHash]))
    .digest('base64url')

export const isSeenMail = async (cells: Pick<CellStore, 'get'>, mail: Known): Promise<boolean> =>
  (await cells.get(SEEN_MAILS, toMailKey(mail))) !== null

export async function markSeenMail(cells: Pick<CellStore, 'swap'>, mail: Known): Promise<void> {
  await cells.swap(SEEN_MAILS, toMailKey(mail), null, '1')
}
