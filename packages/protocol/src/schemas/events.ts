// What happened. An event kind never changes its meaning; a new meaning is a new kind. Kinds without a command yet
// (comments, edits, retractions, erasure, participants) are here because stored logs and old clients must already bear them.

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { MailLimit, storableText, Uuid } from './primitives.ts'

/** `data` of each conversation event: facts that stay for ever, so no words of people in it. */
export const ConversationEventData = {
  'conversation.opened': v.object({
    channel: storableText(LIMITS.nameLength),
    contact: Uuid,
    identity: Uuid,
    locale: v.optional(storableText(35)),
    team: v.optional(Uuid),
  }),
  'conversation.closed': v.object({
    by: v.picklist(['agent', 'contact', 'timer', 'system']),
    reason: v.optional(storableText(LIMITS.reasonLength)),
  }),
  'conversation.reopened': v.object({ by: v.picklist(['agent', 'contact', 'system']), episode: v.number() }),
  'conversation.assigned': v.object({ agent: Uuid, by: v.picklist(['agent', 'answer', 'system']) }),
  'conversation.unassigned': v.object({ agent: Uuid }),
  'identity.added': v.object({ identity: Uuid }),
  'participant.joined': v.object({ agent: Uuid }),
  'participant.left': v.object({ agent: Uuid }),
  'page.changed': v.object({}),
  /** `held`: the mail that an agent took in. */
  'message.posted': v.object({
    replyTo: v.optional(Uuid),
    via: v.optional(v.literal('mail')),
    held: v.optional(Uuid),
  }),
  'message.edited': v.object({ message: Uuid }),
  'message.retracted': v.object({ message: Uuid }),
  'comment.posted': v.object({ mentions: v.optional(v.array(Uuid)) }),
  /** Where the contact is reached, and whether that is proven; the address itself is content. */
  'address.given': v.object({ verified: v.boolean() }),
  /**
   * Which messages a mail will carry, under which Message-ID, as an answer to what, and whether its address was proven:
   * written down before it leaves, so that a repeat is the same whatever happens meanwhile.
   */
  'mail.planned': v.object({
    kind: v.picklist(['reply', 'composed', 'transcript']),
    messages: v.array(Uuid),
    upTo: v.number(),
    messageId: v.string(),
    /** Message-IDs, oldest first; the last is what it answers. */
    references: v.array(v.string()),
    verified: v.boolean(),
  }),
  /** What is in its way, and until when at least: too many have left, or the mail server does not take it (`server`). */
  'mail.delayed': v.object({ limit: MailLimit, until: v.number() }),
  /** `messageId`: what it goes by for whoever gets it, where the mail server gave it another. */
  'mail.sent': v.object({ mail: Uuid, messages: v.array(Uuid), messageId: v.optional(v.string()) }),
  'mail.failed': v.object({
    mail: Uuid,
    messages: v.array(Uuid),
    why: v.picklist(['refused', 'gave-up', 'capped', 'bounced']),
  }),
  /** A mail whose sender could not be verified waits for an agent's decision. */
  'mail.held': v.object({ why: storableText(LIMITS.reasonLength), messageId: v.string(), identity: Uuid }),
  /** An agent let it pass, or not. */
  'mail.ruled': v.object({ held: Uuid, accepted: v.boolean() }),
  'mail.stopped': v.object({}),
  'transcript.requested': v.object({}),
  /** Without a message: of everything before. */
  'content.erased': v.object({ message: v.optional(Uuid), reason: v.optional(v.literal('retention')) }),
} as const

export type ConversationEventKind = keyof typeof ConversationEventData

/** `data` of each event on an agent's stream. */
export const AgentEventData = {
  'agent.presence-set': v.object({ presence: v.picklist(['online', 'break']) }),
} as const

export type AgentEventKind = keyof typeof AgentEventData
