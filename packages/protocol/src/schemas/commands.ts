// What somebody wants. One schema per command kind; the id is made by the author and stays the same over retries.

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { command } from './command.ts'
import { Page } from './content.ts'
import { MAIL_COMMANDS } from './mail-commands.ts'
import { FileId, MailAddress, MessageText, storableText, Uuid } from './primitives.ts'

/** A visitor's get-or-create of the open conversation on this channel; its id becomes the conversation's when it creates one. */
export const OpenConversation = command('conversation.open', {
  page: v.optional(Page),
  locale: v.optional(storableText(35)),
})

/** A message both sides see. The message's id is the command's. */
export const PostMessage = command('message.post', {
  text: v.optional(MessageText),
  /** Files that this author has uploaded and no message has used; the server knows the rest about them. */
  attachments: v.optional(
    v.pipe(v.array(v.object({ id: FileId })), v.minLength(1), v.maxLength(LIMITS.filesPerMessage)),
  ),
  /** The id of the message this one quotes. */
  replyTo: v.optional(Uuid),
  /** An agent writes a mail: it goes to the contact's address at once, under this subject. */
  mail: v.optional(
    v.object({
      subject: v.pipe(storableText(LIMITS.subjectLength), v.minLength(1, 'a subject')),
      cc: v.optional(v.pipe(v.array(MailAddress), v.maxLength(LIMITS.mailRecipients))),
      bcc: v.optional(v.pipe(v.array(MailAddress), v.maxLength(LIMITS.mailRecipients))),
    }),
  ),
})

/** The visitor moved to another page while a conversation is open. */
export const ViewPage = command('page.view', { page: Page })

/** Gives the conversation to an agent. */
export const AssignConversation = command('conversation.assign', { agent: Uuid })

export const UnassignConversation = command('conversation.unassign', {})

export const CloseConversation = command('conversation.close', {
  reason: v.optional(storableText(LIMITS.reasonLength)),
})

export const ReopenConversation = command('conversation.reopen', {})

/**
 * Takes the words, files and pages out of the log: of one message, or of everything before. With `retention` the
 * conversation begins anew from there. Issued by the server alone, which removes the content itself.
 */
export const EraseContent = command('content.erase', {
  message: v.optional(Uuid),
  reason: v.optional(v.literal('retention')),
})

/** An agent takes a break or comes back; on the agent's own stream. */
export const SetPresence = command('agent.set-presence', { presence: v.picklist(['online', 'break']) })

/** Every command this version knows, told apart by `kind`: they are tried in this order, so the commonest comes first. */
export const Command = v.variant('kind', [
  PostMessage,
  OpenConversation,
  ViewPage,
  AssignConversation,
  UnassignConversation,
  CloseConversation,
  ReopenConversation,
  EraseContent,
  SetPresence,
  ...MAIL_COMMANDS,
])
export type Command = v.InferOutput<typeof Command>
export type CommandKind = Command['kind']
export type CommandOf<Kind extends CommandKind> = Extract<Command, { kind: Kind }>

/** Commands for a conversation's stream, and for an agent's. */
export type AgentCommand = CommandOf<'agent.set-presence'>
export type ConversationCommand = Exclude<Command, AgentCommand>
