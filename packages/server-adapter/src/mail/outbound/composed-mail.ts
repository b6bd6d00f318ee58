import type { Mailbox } from './mail-address.ts'

/** Headers that a mail may have beside those of every mail. There is no way to write another. */
export type ExtraHeader =
  | 'Auto-Submitted'
  | 'X-Auto-Response-Suppress'
  | 'X-Pendopo-Loop'
  | 'List-Unsubscribe'
  | 'List-Unsubscribe-Post'

/**
 * A mail that only has to be sent: plain data, so it can be stored as JSON. Every text in it was checked by `composeMail`;
 * sent twice it is the same mail, byte for byte.
 */
export interface ComposedMail {
  /** `from` is the return path, empty for `<>`; `to` has every recipient once, those in BCC too. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references: readonly string[]
  /** Milliseconds since 1970. */
  readonly date: number
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly replyTo?: Mailbox
  readonly subject: string
  readonly headers: Readonly<Partial<Record<ExtraHeader, string>>>
  readonly text: string
  readonly html: string
}
