import type { ChatConversation } from './chat.ts'
import { derived } from './derived.ts'
import type { ThreadCore } from './thread/create-thread.ts'

/** A thread as a visitor sees it, with its status and the agents in it. What steers it stays inside. */
export function toConversation(thread: ThreadCore): ChatConversation {
  const { $id, $view, $messages, $typing, $hasOlder, $loading, $unread, $read } = thread
  const { send, retry, discard, typing, markRead, loadOlder } = thread
  return {
    $id,
    $view,
    $messages,
    $typing,
    $hasOlder,
    $loading,
    $unread,
    $read,
    $status: derived([$view], () => $view.get()?.status ?? 'none'),
    $agents: derived([thread.$timeline], () => {
      const { view, people } = thread.$timeline.get()
      const { assignee = null, participants = [] } = view ?? {}
      const ids = assignee === null ? participants : [assignee, ...participants.filter((id) => id !== assignee)]
      return ids.map(
        (id) => ({ kind: 'agent', id, name: people[id]?.name ?? '', online: people[id]?.online ?? false }) as const,
      )
    }),
    send,
    retry,
    discard,
    typing,
    markRead,
    loadOlder,
  }
}
