// Which answers a mail should carry, and when. Pure. The read mark decides, and nothing else: somebody who is there and has
// not read is written to, somebody who has left and had read is not.

import type { ConversationState } from '@pendopo/protocol'

/** An answer of the team in the chat. */
export interface Answer {
  readonly id: string
  readonly seq: number
  readonly at: number
}

export interface BurstNeeds {
  readonly mail: ConversationState['mail']
  /** Answers after the contact's mark and after what was mailed before, oldest first. */
  readonly unread: readonly Answer[]
  /** When somebody of the team last typed, where that is known. */
  readonly typedAt: number | null
  readonly delayMs: number
  readonly now: number
}

export type Burst =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'send'; readonly answers: readonly Answer[] }

/** However much the team goes on typing, the first answer is not kept for longer. */
const LONGEST_WAIT_MS = 600_000

/** Typing is news for this long. */
const TYPING_MS = 10_000

export function nextBurst({ mail, unread, typedAt, delayMs, now }: BurstNeeds): Burst {
  const [first, last] = [unread[0], unread.at(-1)]
  if (first === undefined || last === undefined || mail === null || mail.address === null) return { kind: 'none' }
  if (mail.isStopped || mail.isBounced === true) return { kind: 'none' }
  const quiet = Math.max(last.at + delayMs, typedAt === null ? 0 : typedAt + TYPING_MS)
  const due = Math.min(quiet, first.at + Math.max(delayMs, LONGEST_WAIT_MS))
  return now < due ? { kind: 'wait', until: due } : { kind: 'send', answers: unread }
}
