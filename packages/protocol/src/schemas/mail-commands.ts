// What is wanted of the mail side of a conversation. Most of it is the server's own: what a mailbox received and what
// became of a mail are facts that nobody outside may claim.

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { command } from './command.ts'
import { Attachment, MailContent } from './content.ts'
import { LogNumber, MailAddress, MailLimit, MessageText, storableText, Timestamp, Uuid } from './primitives.ts'

/** An RFC 5322 Message-ID with its angle brackets. */
const MessageId = v.pipe(storableText(LIMITS.messageIdLength), v.regex(/^<[^\s<>]+>$/, 'a Message-ID'))

/** Where the visitor wants to be answered when they have left. */
export const GiveAddress = command('address.give', { email: MailAddress })

/** Somebody opened a link that was mailed there; their identity sees the conversation from now on. */
export const VerifyAddress = command('address.verify', { email: MailAddress, identity: v.optional(Uuid) })

/** Writes down a mail before it leaves. */
export const PlanMail = command('mail.plan', {
  kind: v.picklist(['reply', 'composed', 'transcript']),
  messages: v.pipe(v.array(Uuid), v.maxLength(LIMITS.mailMessages)),
  upTo: LogNumber,
  messageId: MessageId,
  to: MailAddress,
  subject: storableText(LIMITS.subjectLength),
  /** The one mail it answers. */
  inReplyTo: v.optional(MessageId),
})

/** Says why a mail has to wait. */
export const DelayMail = command('mail.delay', { limit: MailLimit, until: Timestamp })

/** What became of it. `reason` is the mail server's own words. */
export const SettleMail = command('mail.settle', {
  mail: Uuid,
  messages: v.array(Uuid),
  outcome: v.picklist(['sent', 'refused', 'gave-up', 'capped', 'bounced']),
  reason: v.optional(storableText(LIMITS.reasonLength)),
  /** What the mail server put in place of ours, where it said so. */
  messageId: v.optional(MessageId),
})

const received = {
  text: v.optional(MessageText),
  attachments: v.optional(v.pipe(v.array(Attachment), v.maxLength(LIMITS.filesPerMessage))),
  mail: MailContent,
  messageId: MessageId,
}

/** A mail of the contact. `verified`: it is beyond doubt that it came from there. */
export const ReceiveMail = command('mail.receive', {
  identity: Uuid,
  ...received,
  verified: v.boolean(),
  /** It was held, and an agent let it pass. */
  held: v.optional(Uuid),
})

/** A mail whose sender was not. */
export const HoldMail = command('mail.hold', {
  identity: Uuid,
  ...received,
  why: storableText(LIMITS.reasonLength),
})

/** No more mails of this conversation, please. */
export const StopMail = command('mail.stop', {})

/** An agent takes a held mail into the conversation, or leaves it out. */
export const RuleMail = command('mail.rule', { held: Uuid, accepted: v.boolean() })

/** Sends the whole conversation to the contact's verified address. */
export const SendTranscript = command('mail.transcript', {})

export const MAIL_COMMANDS = [
  GiveAddress,
  VerifyAddress,
  PlanMail,
  DelayMail,
  SettleMail,
  ReceiveMail,
  HoldMail,
  StopMail,
  RuleMail,
  SendTranscript,
] as const
