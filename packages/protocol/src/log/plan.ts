// From a batch of commands to the events to append: the whole of what a log does that is not storage. The server's
// log and the SDK's fake server both run it, so what is tested against one holds for the other.

import { toActorRef, type Actor, type ActorRef } from '../actor.ts'
import type { Facts } from '../conversation/decide.ts'
import { eventKind } from '../event-kinds.ts'
import type { WireError } from '../errors.ts'
import type { LogEvent, NewEvent } from '../log-event.ts'
import type { Command } from '../schemas/commands.ts'
import { apply, decide, type StreamState } from '../stream.ts'
import { digestOf } from './digest.ts'

/** What the log remembers of a command that has been stored. */
export interface KnownCommand {
  readonly id: string
  readonly stream: string
  readonly actor: ActorRef
  readonly digest: number
  /** The first and last event it led to. */
  readonly first: NumberedAt
  readonly last: NumberedAt
}

export interface NumberedAt {
  readonly seq: number
  readonly publicSeq: number | null
  readonly at: number
}

/** The outcome of one command. `first` and `last` are absent where nothing had to happen. */
export type CommandResult =
  | { readonly id: string; readonly ok: true; readonly first?: NumberedAt; readonly last?: NumberedAt }
  | { readonly id: string; readonly ok: false; readonly error: WireError }

export interface Plan {
  readonly stream: StreamState
  /** To append, in order, right after the stream's present `seq`. */
  readonly events: readonly LogEvent[]
  /** A prefix of the commands: it ends with the first that failed, so that a sender's order is kept. */
  readonly results: readonly CommandResult[]
  /** What to remember of each command that leads to events. */
  readonly known: readonly KnownCommand[]
}

/**
 * Plans a batch of one actor for one stream. `known` has the commands of this batch that were stored before (in
 * whatever stream).
 */
export function planBatch(
  stream: StreamState,
  commands: readonly Command[],
  actor: Actor,
  facts: Facts,
  known: ReadonlyMap<string, KnownCommand>,
): Plan {
  const author = toActorRef(actor)
  const events: LogEvent[] = []
  const results: CommandResult[] = []
  const remembered: KnownCommand[] = []
  let current = stream
  let now = facts
  for (const command of commands) {
    const digest = digestOf(command)
    const before = known.get(command.id) ?? remembered.find((one) => one.id === command.id)
    if (before !== undefined) {
      const result = repeat(before, actor, digest)
      results.push(result)
      if (!result.ok) break
      continue
    }
    const decision = decide(current, command, actor, now)
    if (!decision.ok) {
      results.push({ id: command.id, ok: false, error: { code: decision.code, message: decision.message } })
      break
    }
    const numbered: LogEvent[] = []
    for (const event of decision.events) {
      const next = number(current, event, command, author, facts.now)
      numbered.push(next)
      current = apply(current, next)
    }
    now = withoutUsed(now, numbered)
    const first = numbered[0]
    const last = numbered.at(-1)
    if (first === undefined || last === undefined) {
      results.push({ id: command.id, ok: true })
      continue
    }
    events.push(...numbered)
    remembered.push({ id: command.id, stream: stream.id, actor: author, digest, first: at(first), last: at(last) })
    results.push({ id: command.id, ok: true, first: at(first), last: at(last) })
  }
  return { stream: current, events, results, known: remembered }
}

/** The facts after these events: a file that a message has is not there for another. */
export function withoutUsed(facts: Facts, events: readonly LogEvent[]): Facts {
  if (facts.files === undefined) return facts
  const used = events.flatMap(({ content }) => content?.attachments?.map(({ id }) => id) ?? [])
  return { ...facts, files: Object.fromEntries(Object.entries(facts.files).filter(([id]) => !used.includes(id))) }
}

/** The same command again leads to the first result; anything else under its id is refused. */
function repeat(before: KnownCommand, actor: Actor, digest: number): CommandResult {
  if (before.digest === digest && isSamePerson(before.actor, actor))
    return { id: before.id, ok: true, first: before.first, last: before.last }
  return { id: before.id, ok: false, error: { code: 'id_reused', message: 'this id belongs to another command' } }
}

/** A visitor who signed in between two tries is still the author of the first. */
function isSamePerson(author: ActorRef, actor: Actor): boolean {
  if (author.kind !== actor.kind) return false
  return actor.kind === 'visitor' ? actor.identities.includes(author.id) : author.id === actor.id
}

function number(stream: StreamState, event: NewEvent, command: Command, actor: ActorRef, now: number): LogEvent {
  const { state } = stream
  const { kind, data, content = null, author, origin } = event
  const { occurredAt } = command
  // Assigned and not spread: with every message.
  const numbered: { -readonly [Field in keyof LogEvent]: LogEvent[Field] } = {
    seq: (state?.seq ?? 0) + 1,
    publicSeq: eventKind(kind).public ? (state?.publicSeq ?? 0) + 1 : null,
    kind,
    command: command.id,
    actor,
    at: Math.max(now, state?.lastAt ?? 0),
    data,
    content,
  }
  if (author !== undefined) numbered.author = author
  if (origin !== undefined) numbered.origin = origin
  if (occurredAt !== undefined) numbered.occurredAt = occurredAt
  return numbered
}

const at = ({ seq, publicSeq, at: when }: LogEvent): NumberedAt => ({ seq, publicSeq, at: when })
