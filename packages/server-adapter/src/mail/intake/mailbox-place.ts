// Where in a folder reading goes on. A server numbers mails upwards and says under which UIDVALIDITY the numbers hold; when
// that changes (a restored backup, a move to another server), old numbers mean nothing, and what came in lately is read
// again. What is read twice is known again by what it is, which is not our business here.

import type { ImapFlow, MailboxObject } from 'imapflow'
import { firstUidSince, lastUid } from './read-folder.ts'

/** All up to `lastUid` has been taken, in the numbering of `uidValidity`. */
export interface MailboxCursor {
  readonly uidValidity: string
  readonly lastUid: number
}

export interface MailboxPlace {
  readonly cursor: MailboxCursor
  /** After a change of numbers: of the mails up to this number, those that came in before are passed over. */
  readonly again: { readonly upTo: number; readonly since: number } | undefined
}

interface Wish {
  /** Where the very first reading begins. */
  readonly start: 'end' | 'beginning'
  readonly rereadMs: number
  readonly now: number
}

/** SEARCH knows days only, in whichever time zone the server has. */
const DAY_MS = 24 * 3_600_000

/** `cursor` is the one that was kept, `again` what is left of an earlier change. */
export async function findPlace(
  client: ImapFlow,
  mailbox: MailboxObject,
  { cursor, again }: { readonly cursor: MailboxCursor | null; readonly again: MailboxPlace['again'] },
  { start, rereadMs, now }: Wish,
): Promise<MailboxPlace> {
  const uidValidity = String(mailbox.uidValidity)
  if (cursor?.uidValidity === uidValidity) return { cursor, again }
  if (cursor === null && start === 'beginning') return { cursor: { uidValidity, lastUid: 0 }, again: undefined }
  const last = Number.isSafeInteger(mailbox.uidNext) ? mailbox.uidNext - 1 : await lastUid(client)
  if (cursor === null) return { cursor: { uidValidity, lastUid: last }, again: undefined }
  const since = now - rereadMs
  const first = (await firstUidSince(client, new Date(since - DAY_MS))) ?? last + 1
  return { cursor: { uidValidity, lastUid: Math.min(first - 1, last) }, again: { upTo: last, since } }
}
