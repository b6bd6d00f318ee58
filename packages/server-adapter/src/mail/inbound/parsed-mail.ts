// A mail as plain data: what every later step looks at. It crosses from the parser's thread, so it holds nothing else.

import type { TrimmedReply } from './trim-reply.ts'

export interface MailAddress {
  /** As written; a claim of the sender's. */
  readonly name: string
  /** As written; `normaliseAddress` compares. */
  readonly address: string
}

export interface MailHeader {
  /** In lower case. */
  readonly name: string
  /** Unfolded, otherwise as it came; long ones are cut. */
  readonly value: string
}

export interface MailAttachment {
  readonly name: string | null
  readonly type: string
  readonly size: number
  readonly bytes: Uint8Array
  readonly contentId: string | null
  readonly disposition: string | null
}

export interface ParsedMail {
  /** With its angle brackets, or null. */
  readonly messageId: string | null
  /** All addresses of all From headers: a proper mail has one. */
  readonly from: readonly MailAddress[]
  /** One From header with one address, and no other address, group or nonsense in it. Anything else may mean two senders. */
  readonly isFromPlain: boolean
  readonly sender: MailAddress | null
  readonly replyTo: readonly MailAddress[]
  readonly to: readonly MailAddress[]
  readonly cc: readonly MailAddress[]
  readonly subject: string
  /** ISO 8601, or null where there is none that can be read. */
  readonly date: string | null
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** In their order, the topmost (the latest hop's) first. */
  readonly headers: readonly MailHeader[]
  readonly text: string | null
  readonly html: string | null
  readonly attachments: readonly MailAttachment[]
  /** Of the raw mail, in bytes. */
  readonly size: number
  /** SHA-256 of the body in hex, whatever its line ends: tells a mail that came twice from another under the same Message-ID. */
  readonly bodyHash: string
}

/** What to show of a mail, and which of its bodies it was read from. */
export interface MailWords extends TrimmedReply {
  readonly from: 'text' | 'html' | 'nothing'
}

export interface ReadMail {
  readonly kind: 'mail'
  readonly mail: ParsedMail
  readonly words: MailWords
}

/** Why a mail could not be read within the limits. */
export type UnreadableReason = 'too_large' | 'too_deep' | 'too_slow' | 'out_of_memory' | 'no_mail' | 'malformed'

export interface UnreadableMail {
  readonly kind: 'unreadable'
  readonly why: UnreadableReason
}

export type MailReading = ReadMail | UnreadableMail

/** All values of a header, the topmost first. */
export function headerValues(mail: ParsedMail, name: string): readonly string[] {
  return mail.headers.filter((header) => header.name === name).map(({ value }) => value)
}
