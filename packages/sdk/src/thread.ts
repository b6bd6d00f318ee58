import type { Attachment, CommandOf, ConversationView, Item, MailContent } from '@pendopo/protocol'
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

/** A file of a message. */
export interface ThreadAttachment {
  /** What `fileUrl` takes; `null` until it is uploaded. */
  readonly id: string | null
  readonly name: string
  /** Its media type: before it is uploaded as the device says, then as its content was found to be. */
  readonly type: string
  /** Bytes. */
  readonly size: number
  /** Pixels, for images: what to reserve room by. */
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** From 0 to 1; only while the message is on its way. */
  readonly progress?: number
  /** The file itself, while the message is on its way: for a preview. */
  readonly file?: Blob
}

export interface AttachOptions {
  /** Text that goes with the files. */
  readonly caption?: string
  readonly replyTo?: string
  /** Called with what has been uploaded of all files together, from 0 to 1. */
  readonly onProgress?: (fraction: number) => void
  /** Withdraws the message while its files are on their way; `discard` does so too. */
  readonly signal?: AbortSignal
}

export interface ThreadMessage {
  readonly type: 'message'
  /** The id of the command it was sent with, the same before and after it is stored: what `retry` and `discard` take. */
  readonly id: string
  /** Its number in the log; `null` until it is stored. */
  readonly n: number | null
  readonly author: ThreadAuthor
  readonly mine: boolean
  /** `null` once retracted or erased; empty where there are only files. */
  readonly text: string | null
  readonly attachments?: readonly ThreadAttachment[]
  /** Milliseconds since 1970: the server's clock once stored, this device's before. */
  readonly at: number
  readonly status: MessageStatus
  readonly error: PendopoError | null
  readonly editedAt: number | null
  readonly replyTo: string | null
  /** A comment among the team, which the visitor never sees: show it so that nobody takes it for an answer. */
  readonly internal?: true
  /** It came or went by e-mail: what stands beside its text. A visitor learns the subject alone. */
  readonly mail?: ThreadMail
}

/** What of a mail is not its text. Empty once erased. */
export type ThreadMail = MailContent

/** An agent writes a mail: at once to the contact's address, under this subject. Another subject begins a new mail. */
export type OutgoingMail = NonNullable<CommandOf<'message.post'>['data']['mail']>

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
  /** The words that belong to it: an address, a held mail, why a mail server refused. */
  readonly words?: {
    readonly text?: string | undefined
    readonly email?: string | undefined
    readonly mail?: ThreadMail | undefined
    readonly attachments?: readonly Attachment[] | undefined
  }
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
  /**
   * Sends a message with files, at most five. Resolves as soon as it shows, with its progress; it takes its place among the
   * messages once the files have arrived, so what is sent meanwhile may come before it. Rejects, and nothing has changed,
   * with `too_large`, `unsupported_type` or `invalid` for what cannot be sent. What the network interrupts goes on by itself,
   * after a reload too where the device keeps files.
   */
  attach(files: Blob | readonly Blob[], options?: AttachOptions): Promise<SentMessage>
  /** An address at which a file of this conversation can be loaded for some minutes: for an `<img>` or a link. */
  fileUrl(id: string): Promise<string>
  /** Sends a failed message again, in a new place at the end. */
  retry(id: string): SentMessage
  /** Forgets a failed message, or withdraws one whose files are on their way. */
  discard(id: string): Promise<void>
  /** Tells the other side that something is being typed; throttled, forgotten by itself. */
  typing(active?: boolean): void
  /** Marks everything up to the newest item as read. */
  markRead(): void
  loadOlder(): Promise<void>
}
