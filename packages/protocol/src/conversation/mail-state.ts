// What a conversation knows of reaching its contact by e-mail, and the fold of it. The words of a mail are content; here
// is what decides whether one leaves.

import type { LogEvent } from '../log-event.ts'
import { applyConversation, type Draft } from './apply.ts'
import type { ConversationState } from './state.ts'

/** A mail that was planned and is neither sent nor given up. */
export interface PlannedMail {
  /** The id of the command that planned it. */
  readonly id: string
  /** The number of its event: there it stands to whom it goes and what it carries. */
  readonly seq: number
}

export interface ConversationMail {
  /** Where the contact is reached; `null` once it was erased. */
  readonly address: string | null
  /** Whether somebody has shown that the address is theirs, or the site's back end vouches for it. */
  readonly isVerified: boolean
  /** The contact wants no more mail of this conversation. */
  readonly isStopped: boolean
  /** Mail to the address came back, and nothing has come from there since. Absent: it did not. */
  readonly isBounced?: boolean | undefined
  /** Messages up to this number are in a mail already. */
  readonly upTo: number
  readonly planned: readonly PlannedMail[]
  /** Message-IDs of the thread in the mailbox: the first and the latest, oldest first. */
  readonly thread: readonly string[]
  readonly subject: string | null
  /** Mails that wait for an agent's decision. */
  readonly held: readonly string[]
}

/** Enough for every mail program to find the thread, and short enough for a header. */
const THREAD_LENGTH = 10

const EMPTY: ConversationMail = {
  address: null,
  isVerified: false,
  isStopped: false,
  upTo: 0,
  planned: [],
  thread: [],
  subject: null,
  held: [],
}

/** The whole state after one more event. */
export function applyConversationAndMail(state: ConversationState | null, event: LogEvent): ConversationState {
  const next = applyConversation(state, event, state === null ? undefined : copy(state))
  const mail = applyMail(next.mail, event)
  return mail === next.mail ? next : { ...next, mail }
}

/**
 * Field by field: states come from JSON, from other threads and from here, and the engine spreads objects of many origins
 * the slow way.
 */
const copy = (state: ConversationState): Draft => ({
  id: state.id,
  seq: state.seq,
  publicSeq: state.publicSeq,
  firstSeq: state.firstSeq,
  status: state.status,
  channel: state.channel,
  contact: state.contact,
  identities: state.identities,
  team: state.team,
  assignee: state.assignee,
  participants: state.participants,
  episode: state.episode,
  openedAt: state.openedAt,
  closedAt: state.closedAt,
  lastAt: state.lastAt,
  movedAt: state.movedAt,
  incoming: state.incoming,
  outgoing: state.outgoing,
  lastMessage: state.lastMessage,
  waitingSince: state.waitingSince,
  page: state.page,
  mail: state.mail,
})

/** The mail side after one more event; the same object where the event is not about mail. */
function applyMail(mail: ConversationMail | null, event: LogEvent): ConversationMail | null {
  const before = mail ?? EMPTY
  const { kind, data, content } = event
  switch (kind) {
    case 'conversation.opened':
      return content?.email === undefined ? mail : { ...before, address: content.email, isVerified: true }
    case 'address.given':
      return {
        ...before,
        ...{ address: content?.email ?? null, isVerified: data.verified === true },
        ...{ isStopped: false, isBounced: false },
      }
    case 'mail.planned':
      return {
        ...before,
        upTo: Math.max(before.upTo, typeof data.upTo === 'number' ? data.upTo : 0),
        planned: [...before.planned, { id: event.command, seq: event.seq }],
        thread: data.kind === 'transcript' ? before.thread : withMessageId(idsOf(data.references), data.messageId),
        subject: content?.mail?.subject ?? before.subject,
      }
    case 'mail.sent':
    case 'mail.failed':
      return {
        ...before,
        planned: before.planned.filter(({ id }) => id !== data.mail),
        thread: withMessageId(before.thread, data.messageId),
        ...(data.why === 'bounced' && { isBounced: true }),
      }
    case 'mail.held':
      return { ...before, held: [...before.held, event.command] }
    case 'mail.ruled':
      return { ...before, held: before.held.filter((id) => id !== data.held) }
    case 'mail.stopped':
      return { ...before, isStopped: true }
    case 'message.posted':
      // Told by whose it is, and not by its origin, which clients are not sent: their subject has to follow too.
      return data.via === 'mail' && event.author?.kind === 'contact' ? received(before, event) : mail
    case 'content.erased':
      return mail === null || data.message !== undefined ? mail : { ...mail, address: null, subject: null }
    default:
      return mail
  }
}

function received(before: ConversationMail, { origin, content }: LogEvent): ConversationMail {
  return {
    ...before,
    isBounced: false,
    thread: withMessageId(before.thread, origin?.externalId),
    subject: content?.mail?.subject ?? before.subject,
  }
}

const idsOf = (references: unknown): readonly string[] =>
  Array.isArray(references) ? references.filter((id) => typeof id === 'string') : []

function withMessageId(thread: readonly string[], id: unknown): readonly string[] {
  if (typeof id !== 'string' || id === '' || thread.includes(id)) return thread
  const [first, ...rest] = [...thread, id]
  return first === undefined ? thread : [first, ...rest.slice(-(THREAD_LENGTH - 1))]
}
