// Ids, actors and small builders for this package's own tests. Not exported.

import type { Actor, AgentActor, VisitorActor } from './actor.ts'
import type { Facts } from './conversation/decide.ts'
import { planBatch, type KnownCommand, type Plan } from './log/plan.ts'
import type { Command, CommandKind, CommandOf } from './schemas/commands.ts'
import type { StreamState } from './stream.ts'

/** A UUID that says what it is for: `uuid(3)` ends in 3. */
export const uuid = (number: number): string => `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

export const CONVERSATION = uuid(1)

export const visitor: VisitorActor = {
  kind: 'visitor',
  identity: uuid(0x10),
  identities: [uuid(0x10)],
  contact: uuid(0x11),
  channel: 'acme',
}
export const stranger: VisitorActor = {
  ...visitor,
  identity: uuid(0x20),
  identities: [uuid(0x20)],
  contact: uuid(0x21),
}
export const ayu: AgentActor = { kind: 'agent', id: uuid(0xa1), role: 'agent', sight: 'all', teams: [] }
export const budi: AgentActor = { ...ayu, id: uuid(0xb1) }
export const citra: AgentActor = { ...ayu, id: uuid(0xc1), role: 'supervisor' }
export const dewi: AgentActor = { ...ayu, id: uuid(0xd1), role: 'admin' }

export const facts = (now = 1_000): Facts => ({
  now,
  agents: {
    [ayu.id]: { role: 'agent' },
    [budi.id]: { role: 'agent' },
    [citra.id]: { role: 'supervisor' },
    [dewi.id]: { role: 'admin' },
  },
})

export const noConversation: StreamState = { kind: 'conversation', id: CONVERSATION, state: null }
export const nothingKnown: ReadonlyMap<string, KnownCommand> = new Map()

let made = 0x1000
/** A command with an id of its own. */
export const nextId = (): string => uuid(made++)

export const post = (text: string, id = nextId()): CommandOf<'message.post'> => ({
  id,
  kind: 'message.post',
  data: { text },
})
export const open = (id = CONVERSATION): CommandOf<'conversation.open'> => ({ id, kind: 'conversation.open', data: {} })
export const assign = (agent: string): CommandOf<'conversation.assign'> => ({
  id: nextId(),
  kind: 'conversation.assign',
  data: { agent },
})
export const plain = <Kind extends CommandKind>(kind: Kind) => ({ id: nextId(), kind, data: {} })

/** A conversation that `visitor` opened, and what the given steps made of it. */
export function conversationWith(...steps: readonly { by: Actor; commands: readonly Command[] }[]): StreamState {
  let stream = planBatch(noConversation, [open()], visitor, facts(), nothingKnown).stream
  for (const { by, commands } of steps) stream = planBatch(stream, commands, by, facts(), nothingKnown).stream
  return stream
}

export const planOn = (stream: StreamState, by: Actor, ...commands: Command[]): Plan =>
  planBatch(stream, commands, by, facts(), nothingKnown)

/** The state of a conversation that must exist. */
export function stateOf(stream: StreamState) {
  if (stream.kind !== 'conversation' || stream.state === null) throw new Error('no conversation here')
  return stream.state
}
