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

interface Needs extends Erasing {
  /** Ends the sockets of these identities, on every node; resolves when none of them writes any more. */
  endSockets(identities: readonly string[]): Promise<void> | void
}

/** Resolves when nothing of it is left in the database's files. Rejects where that cannot be; do it again then. */
export async function eraseVisitor(
  needs: Needs,
  workspace: string,
  contacts: readonly HeldContact[],
): Promise<readonly Erased[]> {
  const { privacy } = needs.store
  const forgetAll = async () => {
    for (const { id } of contacts) await privacy.forget(workspace, id)
  }
  // First, so that nobody finds the way back in while the rest goes on.
  await forgetAll()
  await needs.endSockets(contacts.flatMap(({ identities }) => identities.map(({ id }) => id)))
  const erased: Erased[] = []
  for (const { id: contact, identities: held } of contacts) {
    const identities = held.map(({ id }) => id)
    const conversations = await privacy.conversations(workspace, identities)
    for (const conversation of conversations) {
      await eraseConversation(needs, workspace, conversation, { reader: NAME })
      await privacy.removeJobs(workspace, conversation)
    }
    erased.push({ contact, identities, conversations })
  }
  // Whoever was still connected may have given an address.
  await forgetAll()
  await privacy.settle()
  return erased
}
