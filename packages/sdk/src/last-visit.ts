import type { Storage } from './outbox/storage.ts'

/** Where the conversation is kept. */
const CONVERSATION = 'conversation'

export interface LastVisit {
  /** The conversation of the last visit: what is written before the server has answered goes there, closed or not. */
  recall(): Promise<string | undefined>
  remember(conversation: string): Promise<void>
}

/** A convenience, never a condition: a device that does not keep it loses nothing that matters. */
export function createLastVisit(storage: () => Promise<Storage>): LastVisit {
  return {
    async recall() {
      try {
        return await (await storage()).get(CONVERSATION)
      } catch {
        return undefined
      }
    },
    async remember(conversation) {
      try {
        await (await storage()).set(CONVERSATION, conversation)
      } catch {
        return undefined
      }
    },
  }
}
