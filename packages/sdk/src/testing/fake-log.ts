// The log of the fake server: streams in memory, decided and folded by the protocol's own functions, so that what a
// test sees is what the server would store.

import {
  apply,
  applyToItems,
  canSee,
  planBatch,
  toWireEvent,
  type Actor,
  type Audience,
  type Command,
  type CommandResult,
  type ConversationState,
  type Facts,
  type Item,
  type KnownCommand,
  type LogEvent,
  type StreamRef,
  type StreamState,
  type WireError,
} from '@pendopo/protocol'

export interface FakeStream {
  readonly ref: StreamRef
  readonly state: StreamState
  readonly events: readonly LogEvent[]
  readonly items: Readonly<Record<Audience, readonly Item[]>>
}

export type Appended =
  | {
      readonly ok: true
      readonly ref: StreamRef
      readonly results: readonly CommandResult[]
      readonly events: readonly LogEvent[]
    }
  | { readonly ok: false; readonly error: WireError }

export interface FakeLog {
  append(actor: Actor, stream: StreamRef | undefined, commands: readonly Command[], facts: Facts): Appended
  stream(ref: StreamRef): FakeStream
  /** A conversation that exists and that the actor may see. */
  conversation(id: string, actor: Actor): ConversationState | null
  /** All that the actor may see, most recently moved first. */
  conversations(actor: Actor): readonly ConversationState[]
  /** All there is now; called later, the returned function makes it so again. */
  remember(): () => void
}

export interface FakeLogOptions {
  /** For tests of tests: a server that decides, numbers or remembers in another way. */
  readonly plan?: typeof planBatch
}

const SYSTEM: Actor = { kind: 'system', id: 'fake' }

export function createFakeLog({ plan: planned = planBatch }: FakeLogOptions = {}): FakeLog {
  const streams = new Map<string, FakeStream>()
  const known = new Map<string, KnownCommand>()

  const keyOf = ({ kind, id }: StreamRef) => `${kind}:${id}`
  const stream = (ref: StreamRef): FakeStream =>
    streams.get(keyOf(ref)) ?? {
      ref,
      state: { kind: ref.kind, id: ref.id, state: null },
      events: [],
      items: { team: [], participants: [] },
    }

  const stateOf = ({ state }: FakeStream): ConversationState | null =>
    state.kind === 'conversation' ? state.state : null

  const conversations = (actor: Actor): readonly ConversationState[] =>
    [...streams.values()]
      .flatMap((one) => stateOf(one) ?? [])
      .filter((state) => canSee(actor, state))
      .sort((a, b) => b.movedAt - a.movedAt || (a.id < b.id ? 1 : -1))

  /** Get-or-create: the visitor's open conversation on the channel, or one with the command's id. */
  function toOpen(actor: Actor, commands: readonly Command[]): StreamRef | null {
    const [first] = commands
    if (first?.kind !== 'conversation.open' || actor.kind !== 'visitor') return null
    const before = known.get(first.id)?.stream
    const open = conversations(actor).find((state) => state.status === 'open' && state.channel === actor.channel)
    return { kind: 'conversation', id: before ?? open?.id ?? first.id }
  }

  return {
    append(actor, wanted, commands, facts) {
      const ref = wanted ?? toOpen(actor, commands)
      if (ref === null)
        return { ok: false, error: { code: 'invalid', message: 'commands: the first opens a conversation' } }
      const target = stream(ref)
      const plan = planned(target.state, commands, actor, facts, known)
      for (const command of plan.known) known.set(command.id, command)
      if (plan.events.length > 0)
        streams.set(keyOf(ref), {
          ref,
          state: plan.events.reduce(apply, target.state),
          events: [...target.events, ...plan.events],
          items: { team: fold(target, plan.events, 'team'), participants: fold(target, plan.events, 'participants') },
        })
      return { ok: true, ref, results: plan.results, events: plan.events }
    },
    stream,
    conversation(id, actor = SYSTEM) {
      const state = stateOf(stream({ kind: 'conversation', id }))
      return state !== null && canSee(actor, state) ? state : null
    },
    conversations,
    remember() {
      const [then, knownThen] = [new Map(streams), new Map(known)]
      return () => {
        streams.clear()
        known.clear()
        for (const [key, one] of then) streams.set(key, one)
        for (const [key, one] of knownThen) known.set(key, one)
      }
    },
  }
}

const fold = (before: FakeStream, events: readonly LogEvent[], audience: Audience) =>
  events
    .flatMap((event) => toWireEvent(event, audience) ?? [])
    .reduce<readonly Item[]>((items, event) => applyToItems(items, event), before.items[audience])
