// A stream is (kind, id). What differs between kinds is here: which commands it takes, how it decides, how it folds.
// Everything else (append, sync, readers) treats all streams alike.

import type { Actor } from './actor.ts'
import { applyAgent, decideAgent, emptyAgentState, type AgentState } from './agent/agent-stream.ts'
import { assertNever } from './assert-never.ts'
import { decideConversation, type Facts } from './conversation/decide.ts'
import { refuse, type Decision } from './conversation/decision.ts'
import { applyConversationAndMail } from './conversation/mail-state.ts'
import type { ConversationState } from './conversation/state.ts'
import type { LogEvent } from './log-event.ts'
import type { Command } from './schemas/commands.ts'

export type StreamKind = 'conversation' | 'agent'

export interface StreamRef {
  readonly kind: StreamKind
  readonly id: string
}

/** A stream's state, tagged by its kind; `state` is `null` for a conversation that does not exist. */
export type StreamState =
  | { readonly kind: 'conversation'; readonly id: string; readonly state: ConversationState | null }
  | { readonly kind: 'agent'; readonly id: string; readonly state: AgentState | null }

/** Decides a command against the stream it is addressed to. */
export function decide(stream: StreamState, command: Command, actor: Actor, facts: Facts): Decision {
  switch (stream.kind) {
    case 'conversation':
      if (command.kind === 'agent.set-presence') return misdirected(command, stream)
      return decideConversation(stream.state, command, actor, facts)
    case 'agent':
      if (command.kind !== 'agent.set-presence') return misdirected(command, stream)
      return decideAgent(stream.state ?? emptyAgentState(stream.id), command, actor)
    default:
      return assertNever(stream)
  }
}

/** The stream after one more event. */
export function apply(stream: StreamState, event: LogEvent): StreamState {
  const { kind, id } = stream
  switch (kind) {
    case 'conversation':
      return { kind, id, state: applyConversationAndMail(stream.state, event) }
    case 'agent':
      return { kind, id, state: applyAgent(stream.state ?? emptyAgentState(id), event) }
    default:
      return assertNever(stream)
  }
}

const misdirected = (command: Command, stream: StreamState) =>
  refuse('invalid', `${command.kind} is not a command for a stream of kind ${stream.kind}`)
