// Decides a group of batches against what was loaded for it. Pure. Batches for one stream are chained: each is decided
// on the state the one before it leaves. A batch that cannot be decided at all fails alone. On a guess only that is
// decided which the append will prove, command by command; the rest of that stream waits for what is sure.

import {
  planBatch,
  withoutUsed,
  type Facts,
  type KnownCommand,
  type LogEvent,
  type StreamRef,
  type StreamState,
  type VisitorActor,
} from '@pendopo/protocol'
import type { Append, OpenLookup } from '../store/store.ts'
import type { Batch, BatchOutcome } from './log.ts'
import type { Resolved } from './resolve-streams.ts'

/** All that a group does to one stream. */
export interface StreamPlan {
  readonly before: StreamState
  stream: StreamState
  readonly events: LogEvent[]
  readonly known: KnownCommand[]
  readonly senders: unknown[]
  unlessOpen?: OpenLookup
}

export type BatchPlan =
  | {
      readonly outcome: BatchOutcome
      /** Streams whose append must succeed for this outcome to be true. */
      readonly leansOn: readonly string[]
    }
  | { readonly error: unknown }
  /** Nothing of it is planned: it has to be decided on what is sure. */
  | { readonly isUnsure: true }

export interface GroupPlan {
  readonly streams: ReadonlyMap<string, StreamPlan>
  /** One for each batch. */
  readonly batches: readonly BatchPlan[]
}

export function planGroup(batches: readonly Batch[], { loaded, refs, isGuess }: Resolved, facts: Facts): GroupPlan {
  const streams = new Map<string, StreamPlan>()
  const known = new Map(loaded.known)
  /** What the batches before have left. */
  let left = facts
  /** Conversations this group creates, for the next batch of the same visitor. */
  const created: { readonly actor: VisitorActor; readonly id: string }[] = []
  /** Streams that had a batch put off: those behind it wait too, so that an order is kept. */
  const unsure = new Set<string>()

  const planFor = ({ kind, id }: StreamRef): StreamPlan => {
    const present = streams.get(id)
    if (present !== undefined) return present
    const before = loaded.streams.get(id) ?? { kind, id, state: null }
    const plan: StreamPlan = { before, stream: before, events: [], known: [], senders: [] }
    streams.set(id, plan)
    return plan
  }

  const createdFor = (actor: VisitorActor): StreamRef | null => {
    const found = created.find(
      ({ id, actor: opener }) => isSameVisitor(opener, actor) && isOpen(streams.get(id)?.stream),
    )
    return found === undefined ? null : { kind: 'conversation', id: found.id }
  }

  const putOff = ({ stream }: StreamPlan): BatchPlan => {
    unsure.add(stream.id)
    return UNSURE
  }

  const decide = (batch: Batch, ref: StreamRef | null): BatchPlan => {
    const { commands, actor } = batch
    const [first] = commands
    if (first === undefined) throw new TypeError('unable to plan a batch; it has no commands')
    const home = ref ?? (actor.kind === 'visitor' ? createdFor(actor) : null)
    const stream = planFor(home ?? { kind: 'conversation', id: first.id })
    if (unsure.has(stream.stream.id)) return UNSURE
    if (batch.onlyAt !== undefined && batch.onlyAt !== (stream.stream.state?.seq ?? 0) && !known.has(first.id)) {
      if (isGuess) return putOff(stream)
      const error = { code: 'conflict', message: 'the stream has moved on' } as const
      const results = [{ id: first.id, ok: false, error }] as const
      return { outcome: { stream: toRef(stream.stream), results, events: [] }, leansOn: [stream.stream.id] }
    }
    const plan = planBatch(stream.stream, commands, actor, left, known)
    // A command without events is a repeat, a refusal or already so: nothing of it would be appended, and so proved.
    if (isGuess && plan.known.length < commands.length) return putOff(stream)
    const leansOn = [stream.stream.id]
    for (const { id } of commands) {
      const before = known.get(id)
      if (before !== undefined && !loaded.known.has(id)) leansOn.push(before.stream)
    }
    stream.stream = plan.stream
    left = withoutUsed(left, plan.events)
    if (plan.events.length > 0) {
      stream.events.push(...plan.events)
      stream.known.push(...plan.known)
      if (batch.sender !== undefined) stream.senders.push(batch.sender)
      for (const command of plan.known) known.set(command.id, command)
    }
    if (home === null && actor.kind === 'visitor') {
      created.push({ actor, id: stream.stream.id })
      stream.unlessOpen ??= { channel: actor.channel, identities: actor.identities }
    }
    const outcome = { stream: toRef(stream.stream), results: plan.results, events: plan.events }
    return { outcome, leansOn }
  }

  const plans = batches.map((batch, index): BatchPlan => {
    try {
      return decide(batch, refs[index] ?? null)
    } catch (error) {
      return { error }
    }
  })
  return { streams, batches: plans }
}

const UNSURE: BatchPlan = { isUnsure: true }

/** What the store is to append for a group. */
export function toAppends({ streams }: GroupPlan): readonly Append[] {
  return Array.from(streams.values())
    .filter(({ events }) => events.length > 0)
    .map(({ before, stream, events, known, unlessOpen }) => {
      const expectedSeq = before.state?.seq ?? 0
      const isNew = expectedSeq === 0 && unlessOpen !== undefined
      return { expectedSeq, stream, events, known, ...(isNew && { unlessOpen }) }
    })
}

const toRef = ({ kind, id }: StreamState): StreamRef => ({ kind, id })

const isSameVisitor = (one: VisitorActor, other: VisitorActor): boolean =>
  one.channel === other.channel && one.identities.some((identity) => other.identities.includes(identity))

const isOpen = (stream: StreamState | undefined): boolean =>
  stream?.kind === 'conversation' && stream.state?.status === 'open'
