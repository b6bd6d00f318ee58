// What a thread needs, and what whoever steers it gets: see `create-thread.ts`.

import type { ActorRef, Attachment, CommandOf, ConversationCommand } from '@pendopo/protocol'
import type { ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Environment } from '../environment.ts'
import type { Attachments } from '../files/attachments.ts'
import type { Outbox } from '../outbox/create-outbox.ts'
import type { OutboxEntry } from '../outbox/storage.ts'
import type { PendopoError } from '../pendopo-error.ts'
import type { AttachOptions, OutgoingMail, SentMessage, Thread, ThreadAuthor } from '../thread.ts'
import type { Fold, Timeline } from '../timeline/timeline.ts'
import type { Viewer } from '../timeline/to-thread-items.ts'
import type { UnreadHint } from './unread.ts'

export interface ThreadOptions {
  readonly connection: Connection<never>
  readonly outbox: Outbox
  readonly attachments: Attachments
  readonly environment: Pick<Environment, 'clock' | 'random' | 'attention'>
  readonly $viewer: ReadableAtom<Viewer>
  /** What `conversation.open` says, where a first message may open a conversation. */
  readonly opening?: () => CommandOf<'conversation.open'>['data']
  /** Whether an unsent entry is shown here. */
  readonly owns: (entry: Pick<OutboxEntry, 'conversation'>, id: string | null) => boolean
  /** Unread messages as the server counted them up to `n`: for when they are not all loaded, or no own mark is known. */
  readonly unreadHint?: (id: string | null) => UnreadHint | undefined
  /** How events make a conversation; without it, as a visitor needs to know it. */
  readonly fold?: Fold
  readonly onGone?: (error: PendopoError) => void
}

/** A Thread with what its owner needs to steer it. */
export interface ThreadCore extends Thread {
  /** With `mail`, which a visitor's client does not offer, it goes by e-mail. */
  send(message: { text: string; replyTo?: string; mail?: OutgoingMail }): SentMessage
  attach(
    files: Blob | readonly Blob[],
    options?: AttachOptions & { readonly mail?: OutgoingMail },
  ): Promise<SentMessage>
  readonly $timeline: ReadableAtom<Timeline>
  /** Shows (and watches) this conversation from now on; `null` where there is known to be none. */
  bind(id: string | null): void
  /** Somebody saw this number: fetches if it is news. */
  compare(n: number): void
  /** Puts a message, or an address, into the outbox. */
  post(command: CommandOf<'message.post' | 'address.give'>, attachments?: readonly Attachment[]): SentMessage
  /** Where its visitor is answered by e-mail goes the way of a message; resolves when it is stored. */
  giveAddress(email: string): Promise<void>
  /** A command that does not wait in the outbox; its events are applied when it is acknowledged. */
  command(command: NewCommand): Promise<void>
  /** Who it is, for the one who looks. */
  toAuthor(who: ActorRef): ThreadAuthor
  close(): void
}

type Kinds = ConversationCommand['kind']
export type NewCommand = {
  readonly [Kind in Kinds]: { readonly kind: Kind; readonly data: CommandOf<Kind>['data'] }
}[Kinds]
