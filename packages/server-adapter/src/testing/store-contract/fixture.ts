// What the contract's tests act with: people, ids, and a hand that appends. It decides with the protocol's own
// `planBatch`, so that what is stored is what the log would store.

import { randomBytes } from 'node:crypto'
import {
  apply,
  eventKind,
  planBatch,
  uuidv7,
  type AgentActor,
  type Command,
  type Content,
  type Facts,
  type KnownCommand,
  type LogEvent,
  type Plan,
  type StreamRef,
  type StreamState,
  type VisitorActor,
} from '@pendopo/protocol'
import type { ReaderArming } from '../../store/arming.ts'
import type { Append, AppendOutcome, Store } from '../../store/store.ts'

/** How a suite gets a store: fresh, with these readers, on this clock. */
export type OpenStore = (options: {
  readonly readers: readonly ReaderArming[]
  readonly now: () => number
}) => Promise<Store>

export const newId = (): string => uuidv7(Date.now(), (bytes) => bytes.set(randomBytes(bytes.length)) ?? bytes)

export function newVisitor(channel = 'acme'): VisitorActor {
  const identity = newId()
  return { kind: 'visitor', identity, identities: [identity], contact: newId(), channel }
}

export const newAgent = (over: Partial<AgentActor> = {}): AgentActor => ({
  kind: 'agent',
  id: newId(),
  role: 'agent',
  sight: 'all',
  teams: [],
  ...over,
})

export const openCommand = (): Command => ({ id: newId(), kind: 'conversation.open', data: {} })
export const postCommand = (text: string): Command => ({ id: newId(), kind: 'message.post', data: { text } })

/** A clock that stands until it is moved. */
export function createStandingClock(start = 1_700_000_000_000) {
  let time = start
  return {
    now: () => time,
    advance(ms: number) {
      time += ms
    },
  }
}

export interface Hand {
  readonly store: Store
  readonly workspace: string
  readonly clock: ReturnType<typeof createStandingClock>
  plan(
    ref: StreamRef,
    commands: readonly Command[],
    actor: VisitorActor | AgentActor,
    facts?: Partial<Facts>,
  ): Promise<Append & { readonly plan: Plan }>
  append(...group: readonly Append[]): Promise<readonly AppendOutcome[]>
  /** Plans and appends; throws unless it was appended. */
  submit(ref: StreamRef, commands: readonly Command[], actor: VisitorActor | AgentActor): Promise<Plan>
  /** A conversation with these messages from its visitor. */
  conversation(visitor: VisitorActor, ...texts: readonly string[]): Promise<StreamRef>
  state(ref: StreamRef): Promise<StreamState>
  /** Appends an event of a kind that has no command yet. */
  raw(ref: StreamRef, kind: string, data?: LogEvent['data'], content?: Content | null): Promise<LogEvent>
}

export async function createHand(store: Store, clock: Hand['clock']): Promise<Hand> {
  const workspace = await store.directory.defaultWorkspace()

  const state: Hand['state'] = async (ref) => {
    const { streams } = await store.log.load(workspace, [ref], [])
    return streams.get(ref.id) ?? { ...ref, state: null }
  }

  const plan: Hand['plan'] = async (ref, commands, actor, facts) => {
    const { streams, known } = await store.log.load(
      workspace,
      [ref],
      commands.map(({ id }) => id),
    )
    const before = streams.get(ref.id) ?? { ...ref, state: null }
    const planned = planBatch(before, commands, actor, { now: clock.now(), agents: {}, ...facts }, known)
    return {
      plan: planned,
      expectedSeq: before.state?.seq ?? 0,
      stream: planned.stream,
      events: planned.events,
      known: planned.known,
    }
  }

  const append: Hand['append'] = (...group) => store.log.append(workspace, group)

  const submit: Hand['submit'] = async (ref, commands, actor) => {
    const planned = await plan(ref, commands, actor)
    const [outcome] = await append(planned)
    if (outcome !== 'appended') throw new Error(`unable to submit; ${outcome ?? 'no outcome'}`)
    return planned.plan
  }

  return {
    store,
    workspace,
    clock,
    plan,
    append,
    submit,
    state,
    async conversation(visitor, ...texts) {
      const open = openCommand()
      const ref: StreamRef = { kind: 'conversation', id: open.id }
      await submit(ref, [open, ...texts.map(postCommand)], visitor)
      return ref
    },
    async raw(ref, kind, data = {}, content = null) {
      const before = await state(ref)
      const seq = (before.state?.seq ?? 0) + 1
      const publicSeq = eventKind(kind).public ? (before.state?.publicSeq ?? 0) + 1 : null
      const at = clock.now()
      const actor = { kind: 'agent', id: newId() } as const
      const event: LogEvent = { seq, publicSeq, kind, command: newId(), actor, at, data, content }
      const numbered = { seq, publicSeq, at }
      const known: KnownCommand = {
        id: event.command,
        stream: ref.id,
        actor,
        digest: 1,
        first: numbered,
        last: numbered,
      }
      await append({ expectedSeq: seq - 1, stream: apply(before, event), events: [event], known: [known] })
      return event
    },
  }
}

/** The same visitor once more, with one more identity proven. */
export const withIdentity = (visitor: VisitorActor, identity: string): VisitorActor => ({
  ...visitor,
  identity,
  identities: [identity, ...visitor.identities],
})
