import type { ConversationView, Item } from '@pendopo/protocol'
import type { ReadableAtom } from 'nanostores'
import type { PendopoError } from './pendopo-error.ts'

/** Who wrote or did something, ready to show. `self` is the person this client acts for. */
export interface ThreadAuthor {
  readonly kind: 'self' | 'contact' | 'agent' | 'bot' | 'system'
  readonly id: string
  /** Empty where nobody told us. */
  readonly name: string
}

/**
 * Where a message of one's own is on its way:
 * `sending` on this device, not yet stored · `stored` ticked by the server · `read` by the other side ·
 * `failed` refused for good, with `error`.
 */
export type MessageStatus = 'sending' | 'stored' | 'read' | 'failed'

export interface ThreadMessage {
  readonly type: 'message'
  /** The id of the command it was sent with, the same before and after it is stored: what `retry` and `discard` take. */
  readonly id: string
  /** Its number in the log; `null` until it is stored. */
  readonly n: number | null
  readonly author: ThreadAuthor
  readonly mine: boolean
  /** `null` once retracted or erased. */
  readonly text: string | null
  /** Milliseconds since 1970: the server's clock once stored, this device's before. */
  readonly at: number
  readonly status: MessageStatus
  readonly error: PendopoError | null
  readonly editedAt: number | null
  readonly replyTo: string | null
  /** A comment among the team, which the visitor never sees: show it so that nobody takes it for an answer. */
  readonly internal?: true
}

/** Something that happened beside the messages: opened, closed, assigned, page changed … */
export interface ThreadEvent {
  readonly type: 'event'
  /** Unique in a thread. One command may do several things, so this is its id and the number: `<id>:<n>`. */
  readonly id: string
  readonly n: number
  readonly kind: string
  readonly at: number
  readonly actor: ThreadAuthor
  readonly data: Readonly<Record<string, unknown>>
  readonly page: { readonly url: string; readonly title?: string | undefined } | null
}

/** An event kind this build does not know: shown as such, with its JSON on demand. */
export interface ThreadUnsupported {
  readonly type: 'unsupported'
  /** As for an event: `<id>:<n>`. */
  readonly id: string
  readonly n: number
  readonly kind: string
  readonly at: number
  readonly raw: Item
}

export type ThreadItem = ThreadMessage | ThreadEvent | ThreadUnsupported

/** What `send` returns: three moments of one message. */
export interface SentMessage {
  readonly id: string
  /** Resolves when the message is safe on this device (in memory only where there is no IndexedDB). */
  readonly queued: Promise<void>
  /** Resolves with its number when the server has it on disk; rejects with a PendopoError when it is refused for good. */
  readonly stored: Promise<{ readonly n: number; readonly at: number }>
}

/** What a visitor's and an agent's conversation have in common. */
export interface Thread {
  /** `null` before the first send of a new conversation. */
  readonly $id: ReadableAtom<string | null>
  /** The conversation as of the last event, or `null` before it is known. */
  readonly $view: ReadableAtom<ConversationView | null>
  /** In the log's order; the unsent last, in sending order. Objects keep their identity while they do not change. */
  readonly $messages: ReadableAtom<readonly ThreadItem[]>
  readonly $typing: ReadableAtom<readonly ThreadAuthor[]>
  readonly $hasOlder: ReadableAtom<boolean>
  /** `true` until the first page is there. */
  readonly $loading: ReadableAtom<boolean>
  /** Messages from the other side after the own read mark. */
  readonly $unread: ReadableAtom<number>
  /** The own read mark: items after it are unread. */
  readonly $read: ReadableAtom<number>
  /**
   * Throws a PendopoError, and nothing has changed: `invalid` or `too_large` for what is no text to send, `unavailable`
   * after `close`.
   */
  send(message: { text: string; replyTo?: string }): SentMessage
  /** Sends a failed message again, in a new place at the end. */
  retry(id: string): SentMessage
  /** Forgets a failed message. */
  discard(id: string): Promise<void>
  /** Tells the other side that something is being typed; throttled, forgotten by itself. */
  typing(active?: boolean): void
  /** Marks everything up to the newest item as read. */
  markRead(): void
  loadOlder(): Promise<void>
}
