// The rules of the mail side of a conversation. Pure, like `decide.ts`, which hands these commands on. What the server
// read in a mailbox it says in full: the commands that carry it are nobody else's.

import { assertNever } from '../assert-never.ts'
import type { NewEvent } from '../log-event.ts'
import type { CommandOf } from '../schemas/commands.ts'
import type { Content } from '../schemas/content.ts'
import { done, refuse, type Decision } from './decision.ts'
import type { ConversationState } from './state.ts'

export type MailCommand = CommandOf<
  | 'address.give'
  | 'address.verify'
  | 'mail.plan'
  | 'mail.delay'
  | 'mail.settle'
  | 'mail.receive'
  | 'mail.hold'
  | 'mail.stop'
  | 'mail.rule'
  | 'mail.transcript'
>

/** What `origin` calls the mailbox. */
const CONNECTOR = 'mail'

export function decideMail(
  state: ConversationState,
  command: MailCommand,
  /** What precedes a message of the contact: a closed conversation opens again. */
  beforeTheirs: readonly NewEvent[],
): Decision {
  switch (command.kind) {
    case 'address.give':
      return giveAddress(state, command.data.email)
    case 'address.verify':
      return verifyAddress(state, command)
    case 'mail.plan':
      return plan(state, command)
    case 'mail.delay':
      return done({ kind: 'mail.delayed', data: command.data })
    case 'mail.settle':
      return settle(state, command)
    case 'mail.receive':
      return receive(state, command, beforeTheirs)
    case 'mail.hold':
      return hold(command)
    case 'mail.stop':
      return state.mail?.isStopped === true ? done() : done({ kind: 'mail.stopped', data: {} })
    case 'mail.rule':
      return state.mail?.held.includes(command.data.held) === true
        ? done({ kind: 'mail.ruled', data: command.data })
        : done()
    case 'mail.transcript':
      return requestTranscript(state)
    default:
      return assertNever(command)
  }
}

/** Letter case is a domain's to ignore and a mailbox's by custom: nobody has two that differ in it alone. */
const isSameAddress = (one: string | null | undefined, other: string | undefined): boolean =>
  typeof one === 'string' && one.toLowerCase() === other?.toLowerCase()

/** Saying it proves nothing: no other conversation is linked to this one by it, and whoever says it learns nothing. */
function giveAddress({ mail }: ConversationState, email: string): Decision {
  const isInUse = mail?.isStopped === false && mail.isBounced !== true
  if (isInUse && isSameAddress(mail.address, email)) return done()
  return done({ kind: 'address.given', data: { verified: false }, content: { email } })
}

function verifyAddress(
  { mail, identities }: ConversationState,
  { data: { email, identity } }: CommandOf<'address.verify'>,
): Decision {
  if (!isSameAddress(mail?.address, email)) return refuse('not_found', 'the conversation has another address')
  return done(
    ...(identity !== undefined && !identities.includes(identity) ? [joined(identity)] : []),
    ...(mail?.isVerified === true ? [] : [proven(email)]),
  )
}

const joined = (identity: string): NewEvent => ({ kind: 'identity.added', data: { identity } })

const proven = (email: string): NewEvent => ({ kind: 'address.given', data: { verified: true }, content: { email } })

function plan({ mail }: ConversationState, { data }: CommandOf<'mail.plan'>): Decision {
  const { kind, messages, upTo, messageId, to, subject, inReplyTo } = data
  if (!isSameAddress(mail?.address, to)) return refuse('not_found', 'the conversation has another address')
  if (mail?.isStopped === true && kind === 'reply')
    return refuse('forbidden', 'the contact wants no mail of this conversation')
  return done({
    kind: 'mail.planned',
    data: {
      ...{ kind, messages, upTo, messageId },
      references: kind === 'transcript' ? [] : referencesOf(mail, subject, inReplyTo),
      verified: mail?.isVerified === true,
    },
    content: { mail: { subject, to: [to] } },
  })
}

/** What the mail stands behind in the mailbox. Under another subject it stands behind nothing, and begins a thread. */
function referencesOf(mail: ConversationState['mail'], subject: string, inReplyTo: string | undefined): string[] {
  const { thread = [], subject: before = null } = mail ?? {}
  if (inReplyTo === undefined) return isSameSubject(before, subject) ? [...thread] : []
  return thread.includes(inReplyTo) ? thread.slice(0, thread.indexOf(inReplyTo) + 1) : [inReplyTo]
}

const bare = (subject: string): string => subject.replace(/^(?:\s*re:)+/i, '').trim()
const isSameSubject = (before: string | null, subject: string): boolean =>
  before === null || bare(before) === bare(subject)

function settle({ mail }: ConversationState, { data }: CommandOf<'mail.settle'>): Decision {
  const { mail: id, messages, outcome, reason, messageId } = data
  // What came back was settled before.
  if (outcome !== 'bounced' && mail?.planned.some((planned) => planned.id === id) !== true) return done()
  if (outcome === 'sent')
    return done({ kind: 'mail.sent', data: { mail: id, messages, ...(messageId !== undefined && { messageId }) } })
  return done({ kind: 'mail.failed', data: { mail: id, messages, why: outcome }, ...inWords(reason) })
}

const inWords = (reason: string | undefined): Pick<NewEvent, 'content'> =>
  reason === undefined ? {} : { content: { text: reason } }

const contentOf = ({ data: { text, attachments, mail } }: CommandOf<'mail.receive' | 'mail.hold'>): Content => ({
  ...(text !== undefined && { text }),
  ...(attachments !== undefined && { attachments }),
  mail,
})

function receive(
  { identities, mail: known }: ConversationState,
  command: CommandOf<'mail.receive'>,
  beforeTheirs: readonly NewEvent[],
): Decision {
  const { identity, messageId, mail, held, verified } = command.data
  const from = mail.from?.address
  const events: NewEvent[] = [...beforeTheirs]
  if (!identities.includes(identity)) events.push(joined(identity))
  const hasNone = typeof known?.address !== 'string'
  if (from !== undefined && verified && (hasNone || isSameAddress(known.address, from)) && known?.isVerified !== true)
    events.push(proven(from))
  else if (from !== undefined && hasNone && held === undefined)
    events.push({ kind: 'address.given', data: { verified: false }, content: { email: from } })
  return done(...events, {
    kind: 'message.posted',
    data: { via: 'mail', ...(held !== undefined && { held }) },
    content: contentOf(command),
    author: { kind: 'contact', id: identity },
    origin: { connector: CONNECTOR, externalId: messageId },
  })
}

function hold(command: CommandOf<'mail.hold'>): Decision {
  const { identity, messageId, why } = command.data
  return done({
    kind: 'mail.held',
    data: { why, messageId, identity },
    content: contentOf(command),
  })
}

function requestTranscript({ mail, lastMessage }: ConversationState): Decision {
  if (typeof mail?.address !== 'string') return refuse('invalid', 'the contact has left no address')
  // It holds what the visitor wrote, and an address that nobody has proven may be a stranger's.
  if (!mail.isVerified) return refuse('forbidden', 'the address is not verified yet')
  if (lastMessage === null) return refuse('invalid', 'nothing was said yet')
  return done({ kind: 'transcript.requested', data: {} })
}
