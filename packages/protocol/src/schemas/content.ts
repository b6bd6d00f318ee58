import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { FileId, LogNumber, MailAddress, MessageText, storableText } from './primitives.ts'

/**
 * A file of a message, as the server found it to be when it was uploaded: `type` is the media type of its content, `size`
 * in bytes. Images have `width` and `height` in pixels, turned as they are shown.
 */
export const Attachment = v.object({
  id: FileId,
  name: storableText(LIMITS.nameLength),
  type: storableText(LIMITS.nameLength),
  size: LogNumber,
  width: v.optional(LogNumber),
  height: v.optional(LogNumber),
})
export type Attachment = v.InferOutput<typeof Attachment>

/** The page a visitor is on. */
export const Page = v.object({
  url: storableText(LIMITS.urlLength),
  title: v.optional(storableText(LIMITS.titleLength)),
  referrer: v.optional(storableText(LIMITS.urlLength)),
})
export type Page = v.InferOutput<typeof Page>

const MailAddresses = v.pipe(v.array(MailAddress), v.maxLength(LIMITS.mailRecipients))

/** What of a mail stands beside its text. */
export const MailContent = v.object({
  subject: v.optional(storableText(LIMITS.subjectLength)),
  from: v.optional(v.object({ address: MailAddress, name: v.optional(storableText(LIMITS.nameLength)) })),
  to: v.optional(MailAddresses),
  cc: v.optional(MailAddresses),
  bcc: v.optional(MailAddresses),
  /** The quoted part and the signature, which the thread does not show. */
  quoted: v.optional(storableText(LIMITS.textLength)),
  /** The whole mail as it came, a file of this conversation. */
  original: v.optional(FileId),
})
export type MailContent = v.InferOutput<typeof MailContent>

/**
 * What people wrote or looked at: everything that erasure must be able to delete. It sits in its own row beside the
 * immutable envelope, and is `null` once erased.
 */
export const Content = v.object({
  text: v.optional(MessageText),
  attachments: v.optional(v.pipe(v.array(Attachment), v.maxLength(LIMITS.filesPerMessage))),
  page: v.optional(Page),
  /** Where the contact is reached. */
  email: v.optional(MailAddress),
  mail: v.optional(MailContent),
})
export type Content = v.InferOutput<typeof Content>
