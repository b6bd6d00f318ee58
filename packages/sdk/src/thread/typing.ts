// Typing, both ways. Ephemeral: a signal may be lost, so what is not renewed is forgotten.

import { CLIENT_LIMITS, type ActorRef } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Clock } from '../environment.ts'

/** Somebody who stops without sending stops "typing" after this pause: longer than a thought, shorter than the mark's life. */
const PAUSE_MS = 4_000

export interface Typing {
  /** Who is typing, apart from ourselves, in the order they began. */
  readonly $who: ReadableAtom<readonly ActorRef[]>
  /** The other side says so. */
  heard(who: ActorRef, isTyping: boolean): void
  /** We are typing, or have stopped. */
  say(isTyping: boolean): void
  /** Our message is on its way: it says more than a stop. */
  sent(): void
  close(): void
}

export function createTyping(clock: Clock, signal: (isTyping: boolean) => void): Typing {
  const $who = atom<readonly ActorRef[]>([])
  const forgetting = new Map<string, () => void>()
  /** When the last signal left; -Infinity while not typing. */
  let saidAt = -Infinity
  let cancelPause: (() => void) | null = null

  function forget(id: string): void {
    forgetting.get(id)?.()
    forgetting.delete(id)
    if ($who.get().some((one) => one.id === id)) $who.set($who.get().filter((one) => one.id !== id))
  }

  function rest(): void {
    cancelPause?.()
    cancelPause = null
    saidAt = -Infinity
  }

  function say(isTyping: boolean): void {
    if (!isTyping) {
      if (saidAt !== -Infinity) signal(false)
      return rest()
    }
    cancelPause?.()
    cancelPause = clock.after(PAUSE_MS, () => say(false))
    // A clock that was set back must not silence us.
    if (Math.abs(clock.now() - saidAt) < CLIENT_LIMITS.typingIntervalMs) return
    saidAt = clock.now()
    signal(true)
  }

  return {
    $who,
    heard(who, isTyping) {
      if (!isTyping) return forget(who.id)
      forgetting.get(who.id)?.()
      forgetting.set(
        who.id,
        clock.after(CLIENT_LIMITS.typingTtlMs, () => forget(who.id)),
      )
      if (!$who.get().some((one) => one.id === who.id)) $who.set([...$who.get(), who])
    },
    say,
    sent: rest,
    close() {
      rest()
      for (const cancel of forgetting.values()) cancel()
      forgetting.clear()
    },
  }
}
