// What we ask of an open folder. ImapFlow answers "nothing" for a connection that has just gone as well as for a mail that
// is not there; here the first is an error, since a mail must not be passed over because of it.

import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow'

export interface MailFacts {
  readonly uid: number
  /** Bytes, as the server says; 0 where it does not. */
  readonly size: number
  /** When the server took it in, in milliseconds since 1970. */
  readonly receivedAt: number | undefined
}

/** The number of the newest mail; 0 in an empty folder. */
export async function lastUid(client: ImapFlow): Promise<number> {
  const found = await client.fetchAll('*:*', { uid: true }, { uid: true })
  checkOpen(client)
  return Math.max(0, ...found.map(({ uid }) => uid))
}

/** The numbers of the mails there are, ascending. */
export async function uidsBetween(client: ImapFlow, first: number, last: number): Promise<readonly number[]> {
  const found = await client.search({ uid: `${first}:${last}` }, { uid: true })
  checkOpen(client)
  if (!Array.isArray(found)) throw new Error('the server did not list the folder')
  return found.filter((uid) => uid >= first && uid <= last).toSorted((one, other) => one - other)
}

/** The lowest number among the mails that came in since; `undefined` where there are none. */
export async function firstUidSince(client: ImapFlow, since: Date): Promise<number | undefined> {
  const found = await client.search({ since }, { uid: true, returnOptions: ['MIN'] })
  checkOpen(client)
  if (found === undefined || found === false) throw new Error('the server did not search the folder')
  return Array.isArray(found) ? found[0] : found.min
}

/** `undefined`: it is not there any more. */
export async function readFacts(client: ImapFlow, uid: number): Promise<MailFacts | undefined> {
  const found = await fetchMail(client, uid, { uid: true, size: true, internalDate: true })
  if (found === undefined) return undefined
  const receivedAt = new Date(found.internalDate ?? Number.NaN).getTime()
  return { uid, size: found.size ?? 0, receivedAt: Number.isNaN(receivedAt) ? undefined : receivedAt }
}

/** The mail as it is, or its first bytes. */
export async function readRaw(client: ImapFlow, uid: number, firstBytes?: number): Promise<Buffer> {
  const source = firstBytes === undefined ? true : { start: 0, maxLength: firstBytes }
  const raw = (await fetchMail(client, uid, { uid: true, source }))?.source
  if (raw === undefined) throw new MailNotGiven('the server names the mail and does not give it')
  return raw
}

/** One mail cannot be had, and the others can. */
export class MailNotGiven extends Error {
  override readonly name = 'MailNotGiven'
}

/** Servers may say news of other mails in between, so that the first answer need not be ours. */
async function fetchMail(
  client: ImapFlow,
  uid: number,
  query: FetchQueryObject,
): Promise<FetchMessageObject | undefined> {
  const found = await client.fetchAll(String(uid), query, { uid: true })
  checkOpen(client)
  const ours = found.filter((each) => each.uid === uid)
  return ours.find(({ source, size }) => source !== undefined || size !== undefined) ?? ours[0]
}

function checkOpen(client: ImapFlow): void {
  if (!client.usable || client.mailbox === false) throw new Error('the connection was closed')
}
