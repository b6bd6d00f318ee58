import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { LogNumber, MessageText, storableText, Uuid } from './primitives.ts'

/** A file that was uploaded before the message that shows it. `size` in bytes, `width` and `height` in pixels. */
export const Attachment = v.object({
  id: Uuid,
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

/**
 * What people wrote or looked at: everything that erasure must be able to delete. It sits in its own row beside the
 * immutable envelope, and is `null` once erased.
 */
export const Content = v.object({
  text: v.optional(MessageText),
  attachments: v.optional(v.pipe(v.array(Attachment), v.maxLength(5))),
  page: v.optional(Page),
})
export type Content = v.InferOutput<typeof Content>
