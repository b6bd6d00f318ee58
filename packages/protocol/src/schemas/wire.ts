// What travels. Requests are checked by the server at its border. What the server sends has schemas too: tests check
// the server against them, and clients take the inferred types without the validators, because bytes count there.

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { Command } from './commands.ts'
import { Content, Page } from './content.ts'
import { FileId, LogNumber, SiteId, Timestamp, Uuid } from './primitives.ts'

// ── handshake ────────────────────────────────────────────────────────────────────────────────────────────────────

/** `auth` of the namespace `/visitor`. */
export const VisitorAuth = v.object({
  version: v.number(),
  site: SiteId,
  /** 32 random bytes in base64url, made by the client and kept with its outbox: the proof of an anonymous identity. */
  token: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url')),
  /** A JWT signed by the host's back end, where the visitor is signed in there. */
  identity: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
  /** The site's key: only for clients that send no Origin (Node, an app). */
  key: v.optional(v.pipe(v.string(), v.maxLength(100))),
})
export type VisitorAuth = v.InferOutput<typeof VisitorAuth>

/** `auth` of the namespace `/agent`; who it is comes from the session cookie. */
export const AgentAuth = v.object({ version: v.number() })
export type AgentAuth = v.InferOutput<typeof AgentAuth>

// ── what the server sends ────────────────────────────────────────────────────────────────────────────────────────

const ActorRef = v.object({ kind: v.picklist(['visitor', 'agent', 'system']), id: v.string() })
const Author = v.object({
  kind: v.picklist(['contact', 'agent', 'bot', 'system']),
  id: v.optional(v.string()),
  name: v.optional(v.string()),
})

const eventEntries = {
  /** The event's number in the receiver's numbering: `seq` for agents, `publicSeq` for visitors. */
  n: LogNumber,
  kind: v.string(),
  /** The id of the command that caused it: for a message, the message's id. */
  id: Uuid,
  actor: ActorRef,
  author: v.optional(Author),
  occurredAt: v.optional(Timestamp),
  at: Timestamp,
  data: v.record(v.string(), v.unknown()),
  /** Absent where the kind has none, `null` once erased or retracted. */
  content: v.optional(v.nullable(Content)),
}

/** One event, as its audience receives it. */
export const WireEvent = v.object(eventEntries)
export type WireEvent = v.InferOutput<typeof WireEvent>

/** One entry of a thread as it is now: an event with the edits that came after it. */
export const Item = v.object({
  ...eventEntries,
  editedAt: v.optional(Timestamp),
  retracted: v.optional(v.literal(true)),
})
export type Item = v.InferOutput<typeof Item>

/** How far somebody has read, in the receiver's numbering. */
export const Mark = v.object({ reader: ActorRef, read: LogNumber })
export type Mark = v.InferOutput<typeof Mark>

/** Names for the ids that events carry. `online` for an agent: connected and not on a break; for a visitor: connected. */
export const Person = v.object({
  kind: v.picklist(['visitor', 'agent']),
  name: v.string(),
  online: v.boolean(),
})
export type Person = v.InferOutput<typeof Person>
const People = v.record(v.string(), Person)
export type People = v.InferOutput<typeof People>

const LastMessage = v.object({ seq: LogNumber, at: Timestamp, direction: v.picklist(['in', 'out']) })

/** A conversation's state as its audience may know it; numbers are in the receiver's numbering. */
export const ConversationView = v.object({
  id: Uuid,
  seq: LogNumber,
  publicSeq: LogNumber,
  firstSeq: LogNumber,
  status: v.picklist(['open', 'closed']),
  channel: v.string(),
  contact: v.string(),
  identities: v.array(v.string()),
  team: v.nullable(v.string()),
  assignee: v.nullable(v.string()),
  participants: v.array(v.string()),
  episode: v.number(),
  openedAt: Timestamp,
  closedAt: v.nullable(Timestamp),
  lastAt: Timestamp,
  movedAt: Timestamp,
  incoming: v.number(),
  outgoing: v.number(),
  lastMessage: v.nullable(LastMessage),
  waitingSince: v.nullable(Timestamp),
  page: v.nullable(Page),
  /** `null` where nothing of mail has come up; participants receive the address and what is true of it. */
  mail: v.nullable(
    v.object({
      address: v.nullable(v.string()),
      isVerified: v.boolean(),
      isStopped: v.boolean(),
      /** Mail to the address came back. */
      isBounced: v.optional(v.boolean()),
      upTo: LogNumber,
      planned: v.pipe(v.array(v.object({ id: Uuid, seq: LogNumber })), v.readonly()),
      thread: v.pipe(v.array(v.string()), v.readonly()),
      subject: v.nullable(v.string()),
      held: v.pipe(v.array(Uuid), v.readonly()),
    }),
  ),
})
export type ConversationView = v.InferOutput<typeof ConversationView>

const WireErrorSchema = v.object({ code: v.string(), message: v.string(), retryAfter: v.optional(v.number()) })

/** Every ack: what was asked for, or an error. */
const reply = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.variant('ok', [
    v.object({ ok: v.literal(true), ...entries }),
    v.object({ ok: v.literal(false), error: WireErrorSchema }),
  ])

/** First packet on `/visitor`, right after the connection. */
export const VisitorWelcome = v.object({
  /** The identities this session has proven, the one it acts as first. */
  identities: v.array(Uuid),
  /** `mail`: who has left an address is answered by e-mail too. */
  site: v.object({ id: SiteId, name: v.string(), mail: v.optional(v.boolean()) }),
  /** Whether somebody is there to answer. */
  availability: v.picklist(['online', 'away']),
  /** The visitor's conversations, most recently moved first. */
  conversations: v.array(
    v.object({ id: Uuid, n: LogNumber, status: v.picklist(['open', 'closed']), unread: v.number() }),
  ),
})
export type VisitorWelcome = v.InferOutput<typeof VisitorWelcome>
export type ConversationHead = VisitorWelcome['conversations'][number]

/** An agent as colleagues see them. */
export const Colleague = v.object({
  id: Uuid,
  name: v.string(),
  role: v.picklist(['admin', 'supervisor', 'agent']),
  presence: v.picklist(['online', 'break']),
  connected: v.boolean(),
})
export type Colleague = v.InferOutput<typeof Colleague>

/** First packet on `/agent`. */
export const AgentWelcome = v.object({
  agent: v.object({ ...Colleague.entries, email: v.string(), sight: v.picklist(['all', 'teams', 'own']) }),
  colleagues: v.array(Colleague),
  /**
   * `mail`: its mail is set up, so that agents may write one. `fallback`: answers that nobody read are mailed; where it is
   * not said, as `mail`.
   */
  sites: v.array(
    v.object({ id: SiteId, name: v.string(), mail: v.optional(v.boolean()), fallback: v.optional(v.boolean()) }),
  ),
})
export type AgentWelcome = v.InferOutput<typeof AgentWelcome>

/** Events of watched conversations: one packet per socket and commit. */
export const EventsPacket = v.array(
  v.object({ conversation: Uuid, events: v.array(WireEvent), people: v.optional(People) }),
)
export type EventsPacket = v.InferOutput<typeof EventsPacket>

export const MarksPacket = v.object({ conversation: Uuid, marks: v.array(Mark) })
export type MarksPacket = v.InferOutput<typeof MarksPacket>

/** Somebody is typing; forgotten after LIMITS.typingTtlMs or with their next message. */
export const TypingPacket = v.object({ conversation: Uuid, who: ActorRef, typing: v.boolean() })
export type TypingPacket = v.InferOutput<typeof TypingPacket>

/** Something of these conversations changed that the receiver does not watch: compare numbers, refetch rows. */
export const HintPacket = v.object({ conversations: v.array(v.object({ id: Uuid, n: LogNumber })) })
export type HintPacket = v.InferOutput<typeof HintPacket>

/** The receiver may no longer see this conversation. */
export const GonePacket = v.object({ conversation: Uuid })
export type GonePacket = v.InferOutput<typeof GonePacket>

/** Who came or went: ephemeral. For visitors the whole team is one `availability`. */
export const PresencePacket = v.object({
  people: v.optional(People),
  availability: v.optional(v.picklist(['online', 'away'])),
  colleagues: v.optional(v.array(Colleague)),
})
export type PresencePacket = v.InferOutput<typeof PresencePacket>

/** One row of a list. */
export const Row = v.object({
  id: Uuid,
  /** The team's number of the last event. */
  n: LogNumber,
  status: v.picklist(['open', 'closed']),
  contact: v.object({ id: Uuid, name: v.string(), email: v.optional(v.string()) }),
  site: SiteId,
  assignee: v.nullable(Uuid),
  team: v.nullable(Uuid),
  movedAt: Timestamp,
  waitingSince: v.nullable(Timestamp),
  last: v.nullable(v.object({ text: v.string(), at: Timestamp, direction: v.picklist(['in', 'out']) })),
  /** Messages from the contact after this agent's read mark. */
  unread: v.number(),
  online: v.boolean(),
  page: v.nullable(Page),
  lastActiveAt: Timestamp,
  /** A mail whose sender is not verified waits for a decision. */
  held: v.optional(v.boolean()),
})
export type Row = v.InferOutput<typeof Row>

/** Counts of open conversations, capped at 100 ("99+"). */
export const Counts = v.object({ mine: v.number(), unassigned: v.number(), all: v.number() })
export type Counts = v.InferOutput<typeof Counts>

// ── requests and their replies ───────────────────────────────────────────────────────────────────────────────────

/**
 * Every request by name: the argument's schema, the reply's, and who may make it. A request without a reply is a
 * signal: it may be lost.
 */
export const REQUESTS = {
  /** Appends. Without `stream` the first command is `conversation.open` and says where the rest goes. */
  commands: {
    from: ['visitor', 'agent'],
    request: v.object({
      stream: v.optional(v.object({ kind: v.picklist(['conversation', 'agent']), id: Uuid })),
      commands: v.pipe(v.array(Command), v.minLength(1), v.maxLength(LIMITS.batchCommands)),
    }),
    reply: reply({
      /** The stream the commands went to: for `conversation.open`, the conversation found or created. */
      stream: v.object({ kind: v.picklist(['conversation', 'agent']), id: Uuid }),
      /** One for each command of a prefix of the batch; the last may have failed. */
      results: v.array(
        v.variant('ok', [
          v.object({
            id: Uuid,
            ok: v.literal(true),
            /** First and last number of its events in the receiver's numbering; absent where nothing visible happened. */
            n: v.optional(v.tuple([LogNumber, LogNumber])),
            at: v.optional(Timestamp),
          }),
          v.object({ id: Uuid, ok: v.literal(false), error: WireErrorSchema }),
        ]),
      ),
      /** What these commands appended, for the sender, who gets no `events` packet for it. Empty for repeats. */
      events: v.array(WireEvent),
    }),
  },
  /** "I have up to n": what came after, or a snapshot; from then on the socket watches the conversation. */
  sync: {
    from: ['visitor', 'agent'],
    request: v.object({ conversation: Uuid, have: v.nullable(LogNumber) }),
    reply: reply({
      n: LogNumber,
      marks: v.array(Mark),
      people: People,
      /** Events after `have`: present where the client could catch up. */
      events: v.optional(v.array(WireEvent)),
      /** In place of `events` where `have` is null, ahead of the log, or too far behind. */
      snapshot: v.optional(v.object({ conversation: ConversationView, items: v.array(Item), hasOlder: v.boolean() })),
    }),
  },
  unwatch: {
    from: ['visitor', 'agent'],
    request: v.object({ conversation: Uuid }),
    reply: reply({}),
  },
  /** The page of items before number `before`, oldest first. */
  items: {
    from: ['visitor', 'agent'],
    request: v.object({
      conversation: Uuid,
      before: LogNumber,
      limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LIMITS.pageItems))),
    }),
    reply: reply({ items: v.array(Item), hasOlder: v.boolean(), people: People }),
  },
  /** Advances the reader's mark; a lower number changes nothing. */
  read: {
    from: ['visitor', 'agent'],
    request: v.object({ conversation: Uuid, upTo: LogNumber }),
    reply: reply({}),
  },
  /** The visitor's conversations and their numbers: the slow beat that finds a lost hint. */
  heads: {
    from: ['visitor'],
    request: v.object({}),
    reply: reply({ conversations: VisitorWelcome.entries.conversations }),
  },
  /** Gives up the browser's token: it is nobody's from now on, and its sockets end. */
  logout: {
    from: ['visitor'],
    request: v.object({}),
    reply: reply({}),
  },
  /** A keyset window of a list, most recently moved first; or, with `ids`, the present rows of those conversations. */
  list: {
    from: ['agent'],
    request: v.object({
      list: v.picklist(['mine', 'unassigned', 'all']),
      status: v.picklist(['open', 'closed', 'all']),
      after: v.optional(v.object({ movedAt: Timestamp, id: Uuid })),
      limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LIMITS.listRows))),
      ids: v.optional(v.pipe(v.array(Uuid), v.maxLength(LIMITS.listRows))),
    }),
    reply: reply({
      /** With `ids`: those that belong to this list now; the others have left it. */
      rows: v.array(Row),
      more: v.boolean(),
      counts: Counts,
    }),
  },
  /** Addresses from which files of a conversation can be loaded for some minutes; those that are not in it are left out. */
  'file-urls': {
    from: ['visitor', 'agent'],
    request: v.object({
      conversation: Uuid,
      files: v.pipe(v.array(FileId), v.minLength(1), v.maxLength(LIMITS.fileUrls)),
    }),
    reply: reply({
      /** `url` is relative to the server's base, or absolute where files have an origin of their own. */
      urls: v.array(v.object({ id: FileId, url: v.string() })),
      /** Milliseconds for which they hold, at least. */
      expiresIn: v.number(),
    }),
  },
  typing: {
    from: ['visitor', 'agent'],
    request: v.object({ conversation: Uuid, typing: v.boolean() }),
    reply: undefined,
  },
} as const

export type RequestName = keyof typeof REQUESTS
export type RequestOf<Name extends RequestName> = v.InferOutput<(typeof REQUESTS)[Name]['request']>
export type ReplyOf<Name extends RequestName> = (typeof REQUESTS)[Name]['reply'] extends infer Schema extends
  v.GenericSchema
  ? v.InferOutput<Schema>
  : void
/** A successful reply without its `ok`. */
export type Answer<Name extends RequestName> = Omit<Extract<ReplyOf<Name>, { ok: true }>, 'ok'>

/** Every packet the server sends unasked, by event name. */
export const PACKETS = {
  welcome: v.union([VisitorWelcome, AgentWelcome]),
  events: EventsPacket,
  marks: MarksPacket,
  typing: TypingPacket,
  hint: HintPacket,
  gone: GonePacket,
  presence: PresencePacket,
  refused: WireErrorSchema,
} as const

/** The same as types, for clients. */
export interface Packets<Welcome> {
  welcome: Welcome
  events: EventsPacket
  marks: MarksPacket
  typing: TypingPacket
  hint: HintPacket
  gone: GonePacket
  presence: PresencePacket
  /** The server ends this connection, and why: a session that ended, a server that stops. */
  refused: v.InferOutput<typeof WireErrorSchema>
}
