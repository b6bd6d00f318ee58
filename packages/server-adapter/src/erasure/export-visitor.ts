// Everything that is held on a contact, as one JSON value: for whoever asks what is known of them.

import type { Item } from '@pendopo/protocol'
import type { HeldContact } from '../store/privacy.ts'
import type { Store, StoredMark } from '../store/store.ts'

/** Items read in one go. */
const PAGE = 200

export interface ExportedContact extends HeldContact {
  readonly conversations: readonly ExportedConversation[]
}

export interface ExportedConversation {
  readonly id: string
  readonly channel: string
  readonly status: 'open' | 'closed'
  readonly openedAt: number
  readonly closedAt: number | null
  /** All of it in its order: messages with their files, pages, comments among the team, and what happened beside them. */
  readonly items: readonly Item[]
  /** How far each side has read. */
  readonly marks: readonly StoredMark[]
}

/** Read page by page, so that it is cheap beside the traffic; the whole is in memory at the end. */
export async function exportVisitor(
  store: Pick<Store, 'log' | 'privacy' | 'marks'>,
  workspace: string,
  contacts: readonly HeldContact[],
): Promise<readonly ExportedContact[]> {
  const exported: ExportedContact[] = []
  for (const contact of contacts) {
    const identities = contact.identities.map(({ id }) => id)
    const conversations: ExportedConversation[] = []
    for (const id of await store.privacy.conversations(workspace, identities)) {
      const found = (await store.log.load(workspace, [{ kind: 'conversation', id }], [])).streams.get(id)
      if (found?.kind !== 'conversation' || found.state === null) continue
      const { channel, status, openedAt, closedAt } = found.state
      const marks = await store.marks.of(workspace, id)
      conversations.push({
        id,
        channel,
        status,
        openedAt,
        closedAt,
        items: await allItems(store, workspace, id),
        marks,
      })
    }
    exported.push({ ...contact, conversations })
  }
  return exported
}

async function allItems(
  { log }: Pick<Store, 'log'>,
  workspace: string,
  conversation: string,
): Promise<readonly Item[]> {
  const pages: (readonly Item[])[] = []
  for (let before: number | null = null; ;) {
    const page = await log.items(workspace, conversation, 'team', before, PAGE)
    pages.unshift(page.items)
    const oldest = page.items[0]
    if (!page.hasOlder || oldest === undefined) return pages.flat()
    before = oldest.n
  }
}
