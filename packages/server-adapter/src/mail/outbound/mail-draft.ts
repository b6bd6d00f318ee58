// What a mail is made of, as typed data. Whoever writes a draft knows conversations and settings; whoever reads one knows
// how mails look. Text in a draft may be anything that anybody typed.

import type { MailAddress } from './mail-address.ts'

/** The website in whose name mail goes out. */
export interface MailSite {
  readonly name: string
  /** A hex colour; what is none counts as absent. */
  readonly accent?: string
  readonly url?: string
}

/** A file, as a link that was signed for it. */
export interface MailFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly url: string
}

export interface MailMessage {
  readonly author: { readonly name: string; readonly side: 'team' | 'visitor' }
  /** Milliseconds since 1970. */
  readonly at: number
  /** The small Markdown of messages. */
  readonly text: string
  readonly files?: readonly MailFile[]
}

interface Common {
  readonly site: MailSite
  /** A language tag; one that is not spoken here counts as English. */
  readonly locale: string
  /** IANA name; without it times are in UTC and say so. */
  readonly timeZone?: string
  /** Its `name`, if any, replaces “agent at site”. */
  readonly from: MailAddress
  readonly replyTo?: MailAddress
  /** Where bounces go; `null` is `<>`: nobody is told. */
  readonly returnPath: string | null
  /** One per mail and recipient, the same for each repeat: `<…@…>`. */
  readonly messageId: string
  readonly inReplyTo?: string
  /** Oldest first. */
  readonly references?: readonly string[]
  /** Milliseconds since 1970. */
  readonly date: number
  /** Recognises our own mail when it comes back; letters, digits and `._-`. */
  readonly loopId: string
}

interface Unsubscribe {
  /** Takes a POST without a question (RFC 8058), and shows a page on GET. */
  readonly unsubscribeUrl?: string
  readonly unsubscribeMail?: string
}

/** The fallback: what was written in the chat and not read there. */
export interface ReplyDraft extends Common, Unsubscribe {
  readonly kind: 'reply'
  readonly to: MailAddress
  /** Who is named as the sender; without it the site is. */
  readonly agent?: { readonly name: string }
  /** The thread's; without it “Your conversation with …”. */
  readonly subject?: string
  /** All unread messages of the burst, oldest first. */
  readonly messages: readonly MailMessage[]
  /** Earlier messages. Only for an address that was verified: whoever gets the mail reads them. */
  readonly recap?: readonly MailMessage[]
  readonly resumeUrl?: string
}

/** A mail that an agent writes. */
export interface ComposedDraft extends Common {
  readonly kind: 'composed'
  readonly to: readonly MailAddress[]
  readonly cc?: readonly MailAddress[]
  readonly bcc?: readonly MailAddress[]
  readonly agent: { readonly name: string }
  readonly subject: string
  /** The small Markdown of messages. */
  readonly text: string
  readonly files?: readonly MailFile[]
  /** The mail that is answered, as plain text. */
  readonly quoted?: { readonly author: string; readonly at: number; readonly text: string }
}

/** Asks whether an address belongs to who typed it. Holds nothing that a visitor wrote, not even a name. */
export interface ConfirmDraft extends Common {
  readonly kind: 'confirm-address'
  readonly to: { readonly address: string }
  readonly code?: string
  readonly confirmUrl?: string
  readonly holdsMinutes: number
}

/** A whole conversation, sent on request. */
export interface TranscriptDraft extends Common, Unsubscribe {
  readonly kind: 'transcript'
  readonly to: MailAddress
  readonly messages: readonly MailMessage[]
  readonly resumeUrl?: string
}

export type MailDraft = ReplyDraft | ComposedDraft | ConfirmDraft | TranscriptDraft
