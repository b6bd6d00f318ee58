// The conversations somebody looked at lately stay watched, so that going back to one shows it at once. The server
// limits how many a socket may watch (LIMITS.watched); this stays far below.

import type { AgentConversation, Inbox } from '@pendopo/sdk/inbox'

const KEPT = 12

export interface OpenConversations {
  open(id: string): AgentConversation
  close(): void
}

export function createOpenConversations(inbox: Pick<Inbox, 'conversation'>): OpenConversations {
  const kept = new Map<string, AgentConversation>()
  return {
    open(id) {
      const conversation = kept.get(id) ?? inbox.conversation(id)
      kept.delete(id)
      kept.set(id, conversation)
      for (const [oldest, other] of kept) {
        if (kept.size <= KEPT) break
        kept.delete(oldest)
        other.close()
      }
      return conversation
    },
    close() {
      for (const conversation of kept.values()) conversation.close()
      kept.clear()
    },
  }
}
