import type { ChatConversation } from './chat.ts'
import { derived } from './derived.ts'
import type { ThreadCore } from './thread/create-thread.ts'

/** A thread as a visitor sees it, with its status, the agents in it, and their address. What steers it stays inside. */
export function toConversation(thread: ThreadCore): ChatConversation {
  const { $timeline, bind: _b, compare: _c, post: _p, command: _o, toAuthor: _t, close: _l, ...shown } = thread
  return {
    ...shown,
    $status: derived([shown.$view], () => shown.$view.get()?.status ?? 'none'),
    $agents: derived([$timeline], () => {
      const { view, people } = $timeline.get()
      const { assignee = null, participants = [] } = view ?? {}
      const ids = assignee === null ? participants : [assignee, ...participants.filter((id) => id !== assignee)]
      return ids.map(
        (id) => ({ kind: 'agent', id, name: people[id]?.name ?? '', online: people[id]?.online ?? false }) as const,
      )
    }),
    $address: derived([$timeline], () => {
      const { items, view } = $timeline.get()
      const named = items.findLast(({ content }) => content?.email)
      // Whom the host signed in has a verified one from the opening on.
      if (named) return { email: named.content?.email ?? '', isVerified: named.data.verified !== false }
      const { address, isVerified = false } = view?.mail ?? {}
      return address ? { email: address, isVerified } : null
    }),
  }
}
