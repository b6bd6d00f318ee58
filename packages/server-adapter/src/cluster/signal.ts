// What nodes tell each other: ids and numbers, never content. A signal only says where to look; who hears it reads the
// database and asks `canSee` for its own sockets. Nodes of another version may send what this one does not know, so what
// comes in is checked and what does not fit is dropped.

import * as v from 'valibot'

const ID_LENGTH = 200
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(ID_LENGTH))
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Person = v.object({ kind: v.picklist(['visitor', 'agent']), id: Id })

/** Ids in one signal; more are told in several. */
export const SIGNAL_IDS = 500
const Ids = v.pipe(v.array(Id), v.maxLength(SIGNAL_IDS))

/** A stream has grown up to `seq`. */
const Appended = v.object({
  kind: v.literal('appended'),
  workspace: Id,
  stream: v.object({ kind: v.picklist(['conversation', 'agent']), id: Id }),
  seq: Count,
  /** Whether participants may see any of it. */
  isPublic: v.boolean(),
  /** Who could see it before, where that changed: they are told that it is gone. */
  was: v.optional(v.object({ assignee: v.nullable(Id), team: v.nullable(Id), participants: Ids })),
})

/** A read mark has moved; `head` is the conversation's number then, for the reader's own badges. */
const Marked = v.object({
  kind: v.literal('marked'),
  workspace: Id,
  conversation: Id,
  mark: v.object({ reader: Person, seq: Count, publicSeq: Count }),
  head: v.object({ seq: Count, publicSeq: Count }),
})

const Typing = v.object({
  kind: v.literal('typing'),
  workspace: Id,
  conversation: Id,
  who: Person,
  typing: v.boolean(),
})

const Presence = v.object({
  workspace: Id,
  kind: v.picklist(['agent', 'visitor']),
  /** Of the agent, or of the visitor's identity. */
  id: Id,
  isHere: v.boolean(),
})

/** Who has come to the sending node and who has left it; `whole` forgets all that it told before. */
const Attendance = v.object({
  kind: v.literal('attendance'),
  whole: v.boolean(),
  people: v.pipe(v.array(Presence), v.maxLength(SIGNAL_IDS)),
})

/** Somebody has missed part of what a node told: it tells the whole again. */
const AttendanceAsked = v.object({ kind: v.literal('attendance.asked'), node: Id })

/** Whose sockets end: one session of an agent, all of an agent's, or those of an anonymous visitor's identity. */
const Revocation = v.variant('kind', [
  v.object({ kind: v.literal('session'), tokenHash: Id }),
  v.object({ kind: v.literal('agent'), agent: Id }),
  v.object({ kind: v.literal('identity'), identity: Id }),
])
export type Revocation = v.InferOutput<typeof Revocation>

const Revoked = v.object({ kind: v.literal('revoked'), revocation: Revocation })

export const Signal = v.variant('kind', [Appended, Marked, Typing, Attendance, AttendanceAsked, Revoked])
export type Signal = v.InferOutput<typeof Signal>
export type SignalOf<Kind extends Signal['kind']> = Extract<Signal, { kind: Kind }>
export type Presence = v.InferOutput<typeof Presence>

/** What goes over the bus. `count` numbers a node's messages with signals; one without (a beat) repeats the last. */
const Message = v.object({ node: Id, count: Count, signals: v.array(v.unknown()) })

export interface Message {
  readonly node: string
  readonly count: number
  readonly signals: readonly Signal[]
}

export const writeMessage = (message: Message): string => JSON.stringify(message)

/** Undefined for what is no message; signals that do not fit are left out. */
export function readMessage(text: string): Message | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Message), text)
  if (!parsed.success) return undefined
  const { node, count, signals } = parsed.output
  const known = signals.map((signal) => v.safeParse(Signal, signal)).filter((result) => result.success)
  return { node, count, signals: known.map(({ output }) => output) }
}
