// What somebody wants. One schema per command kind; the id is made by the author and stays the same over retries.

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { Attachment, Page } from './content.ts'
import { MessageText, storableText, Timestamp, Uuid } from './primitives.ts'

const command = <const Kind extends string, const Data extends v.ObjectEntries>(kind: Kind, data: Data) =>
  v.object({
    /** UUIDv7 made by the author; unique per workspace, for ever. */
    id: Uuid,
    kind: v.literal(kind),
    /** When the author did it, by the author's clock. Shown, never used to order. */
    occurredAt: v.optional(Timestamp),
    data: v.object(data),
  })

/** A visitor's get-or-create of the open conversation on this channel; its id becomes the conversation's when it creates one. */
export const OpenConversation = command('conversation.open', {
  page: v.optional(Page),
  locale: v.optional(storableText(35)),
})

/** A message both sides see. The message's id is the command's. */
export const PostMessage = command('message.post', {
  text: v.optional(MessageText),
  attachments: v.optional(v.pipe(v.array(Attachment), v.minLength(1), v.maxLength(5))),
  /** The id of the message this one quotes. */
  replyTo: v.optional(Uuid),
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

/** An agent takes a break or comes back; on the agent's own stream. */
export const SetPresence = command('agent.set-presence', { presence: v.picklist(['online', 'break']) })

/** Every command this version knows, told apart by `kind`. */
export const Command = v.variant('kind', [
  OpenConversation,
  PostMessage,
  ViewPage,
  AssignConversation,
  UnassignConversation,
  CloseConversation,
  ReopenConversation,
  SetPresence,
])
export type Command = v.InferOutput<typeof Command>
export type CommandKind = Command['kind']
export type CommandOf<Kind extends CommandKind> = Extract<Command, { kind: Kind }>

/** Commands for a conversation's stream, and for an agent's. */
export type AgentCommand = CommandOf<'agent.set-presence'>
export type ConversationCommand = Exclude<Command, AgentCommand>
