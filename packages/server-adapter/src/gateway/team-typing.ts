/** When somebody of the team last typed in a conversation, as far as this node has heard: news for a moment, then nothing. */
export interface TeamTyping {
  note(conversation: string): void
  at(conversation: string): number | null
}

/** Conversations that are typed in at the same time on one node are far fewer. */
const CAPACITY = 1_000

export function createTeamTyping(now: () => number): TeamTyping {
  const times = new Map<string, number>()
  return {
    note(conversation) {
      times.delete(conversation)
      times.set(conversation, now())
      const [oldest] = times.keys()
      if (times.size > CAPACITY && oldest !== undefined) times.delete(oldest)
    },
    at: (conversation) => times.get(conversation) ?? null,
  }
}
