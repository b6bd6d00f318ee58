import type { Page } from '../schemas/content.ts'
import type { ConversationMail } from './mail-state.ts'

/** The latest message, as lists need it; its words are in the content row of `seq`. */
export interface LastMessage {
  readonly seq: number
  readonly at: number
  /** `in` from the contact, `out` to them. */
  readonly direction: 'in' | 'out'
}

/** A conversation as its events up to `seq` have made it: what `decide` decides on and lists are queried by. */
export interface ConversationState {
  readonly id: string
  /** The number of the last event, for the team. */
  readonly seq: number
  /** The number of the last event participants may see. */
  readonly publicSeq: number
  /** Below this the log has been cut by retention. */
  readonly firstSeq: number
  readonly status: 'open' | 'closed'
  readonly channel: string
  readonly contact: string
  /** Identities of the contact that took part; who holds one of them may see the public side. */
  readonly identities: readonly string[]
  readonly team: string | null
  readonly assignee: string | null
  /** Agents who joined, in order. */
  readonly participants: readonly string[]
  /** 1 for the first; each reopening starts a new one. */
  readonly episode: number
  readonly openedAt: number
  readonly closedAt: number | null
  /** `at` of the last event: the next one is never earlier. */
  readonly lastAt: number
  /** What lists sort by: `at` of the opening or of the last event that moves. */
  readonly movedAt: number
  /** Messages from the contact, and messages to them: differences of these are unread counts. */
  readonly incoming: number
  readonly outgoing: number
  readonly lastMessage: LastMessage | null
  /** Since when the contact waits for an answer. */
  readonly waitingSince: number | null
  /** The page the visitor was last seen on. */
  readonly page: Page | null
  /** Reaching the contact by e-mail; `null` where nothing of it has come up. */
  readonly mail: ConversationMail | null
}
