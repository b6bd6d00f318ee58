// Who types in which of the watched conversations: what lists show. Ephemeral, like each thread's own.

import { eventKind, CLIENT_LIMITS, type ActorRef, type AgentWelcome } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Clock } from '../environment.ts'
import type { ThreadAuthor } from '../thread.ts'

type Roster = Readonly<Record<string, readonly ThreadAuthor[]>>

export interface TypingRoster {
  readonly $typing: ReadableAtom<Roster>
  close(): void
}

/** `toAuthor`: who it is for lists, or `null` for ourselves. */
export function createTypingRoster(
  connection: Connection<AgentWelcome>,
  clock: Clock,
  toAuthor: (who: ActorRef) => ThreadAuthor | null,
): TypingRoster {
  const $typing = atom<Roster>({})
  const forgetting = new Map<string, () => void>()
  const keyOf = (conversation: string, id: string) => `${conversation}/${id}`

  function set(conversation: string, change: (who: readonly ThreadAuthor[]) => readonly ThreadAuthor[]): void {
    const { [conversation]: before = [], ...others } = $typing.get()
    const who = change(before)
    if (who.length > 0 || before.length > 0) $typing.set(who.length === 0 ? others : { ...others, [conversation]: who })
  }

  function forget(conversation: string, id: string): void {
    const key = keyOf(conversation, id)
    if (!forgetting.has(key)) return
    forgetting.get(key)?.()
    forgetting.delete(key)
    set(conversation, (who) => who.filter((one) => one.id !== id))
  }

  const stops = [
    connection.onPacket('typing', ({ conversation, who, typing }) => {
      const author = toAuthor(who)
      if (author === null) return
      if (!typing) return forget(conversation, who.id)
      const key = keyOf(conversation, who.id)
      const isNew = !forgetting.has(key)
      forgetting.get(key)?.()
      forgetting.set(
        key,
        clock.after(CLIENT_LIMITS.typingTtlMs, () => forget(conversation, who.id)),
      )
      if (isNew) set(conversation, (others) => [...others, author])
    }),
    connection.onPacket('events', (packet) => {
      for (const { conversation, events } of packet)
        for (const { actor, kind } of events) if (eventKind(kind).unread) forget(conversation, actor.id)
    }),
  ]

  return {
    $typing,
    close() {
      for (const stop of stops.splice(0)) stop()
      for (const cancel of forgetting.values()) cancel()
      forgetting.clear()
    },
  }
}
