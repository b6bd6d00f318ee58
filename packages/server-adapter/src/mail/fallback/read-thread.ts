// The messages of a conversation as a mail carries them, read from the log page by page and never all at once.

import { isFromContact, type Attachment, type Item } from '@pendopo/protocol'
import type { Store } from '../../store/store.ts'
import type { MailFile, MailMessage } from '../outbound/mail-draft.ts'

export interface Names {
  agent(id: string): string
  readonly contact: string
}

export interface ReadNeeds {
  readonly log: Pick<Store['log'], 'items'>
  readonly workspace: string
  readonly conversation: string
}

const PAGE = 50

/** Items before a number, newest first, for as long as they are wanted. */
export async function* itemsBefore({ log, workspace, conversation }: ReadNeeds, before: number | null) {
  let next = before
  for (;;) {
    const { items, hasOlder } = await log.items(workspace, conversation, 'team', next, PAGE)
    for (const item of items.toReversed()) yield item
    const [oldest] = items
    if (!hasOlder || oldest === undefined) return
    next = oldest.n
  }
}

/** The messages of these ids before a number, oldest first; what was erased or retracted meanwhile is left out. */
export async function messagesOf(needs: ReadNeeds, before: number, ids: readonly string[]): Promise<readonly Item[]> {
  const wanted = new Set(ids)
  const found: Item[] = []
  for await (const item of itemsBefore(needs, before)) {
    if (wanted.size === 0) break
    // Several events may carry the id of one command; the message is one of them.
    if (item.kind === 'message.posted' && wanted.delete(item.id) && isMessage(item)) found.unshift(item)
  }
  return found
}

/** The last public messages before a number, oldest first. */
export async function latestMessages(needs: ReadNeeds, before: number | null, most: number): Promise<readonly Item[]> {
  const found: Item[] = []
  for await (const item of itemsBefore(needs, before)) {
    if (isMessage(item)) found.unshift(item)
    if (found.length === most) break
  }
  return found
}

const isMessage = ({ kind, content }: Item): boolean =>
  kind === 'message.posted' && content !== null && content !== undefined

export function toMailMessage(item: Item, names: Names, linkTo: (file: Attachment) => MailFile): MailMessage {
  const { actor, author } = item
  const isTheirs = isFromContact(author === undefined ? { actor } : { actor, author: { kind: author.kind } })
  const files = item.content?.attachments?.map(linkTo)
  return {
    author: isTheirs ? { name: names.contact, side: 'visitor' } : { name: names.agent(item.actor.id), side: 'team' },
    at: item.at,
    text: item.content?.text ?? '',
    ...(files !== undefined && { files }),
  }
}
