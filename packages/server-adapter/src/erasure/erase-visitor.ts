// Everything of a contact goes: names and addresses, what leads to their identities, the content of their conversations,
// their files, what jobs remember. The logs' envelopes stay, numbered without a gap, and whoever looks sees "removed".

import type { HeldContact } from '../store/privacy.ts'
import { eraseConversation, type Erasing } from './erase-conversation.ts'

const NAME = 'erasure'

export interface Erased {
  readonly contact: string
  readonly identities: readonly string[]
  readonly conversations: readonly string[]
}

/** Resolves when nothing of it is left in the database's files. Rejects where that cannot be; do it again then. */
export async function eraseVisitor(
  needs: Erasing,
  workspace: string,
  contacts: readonly HeldContact[],
): Promise<readonly Erased[]> {
  const { privacy } = needs.store
  const erased: Erased[] = []
  for (const { id: contact, identities: held } of contacts) {
    const identities = held.map(({ id }) => id)
    // First, so that nobody finds the way back in while the rest goes on.
    await privacy.forget(workspace, contact)
    const conversations = await privacy.conversations(workspace, identities)
    for (const conversation of conversations) {
      await eraseConversation(needs, workspace, conversation, { reader: NAME })
      await privacy.removeJobs(workspace, conversation)
    }
    erased.push({ contact, identities, conversations })
  }
  await privacy.settle()
  return erased
}
