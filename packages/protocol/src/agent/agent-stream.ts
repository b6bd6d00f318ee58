// An agent's own stream: what they told us about themselves. Notifications will be events here too.

import type { Actor } from '../actor.ts'
import { refuse, type Decision } from '../conversation/decision.ts'
import type { LogEvent } from '../log-event.ts'
import { mayIssue } from '../rights.ts'
import type { AgentCommand } from '../schemas/commands.ts'

export type Presence = 'online' | 'break'

/** An agent as the events of their stream have made them. */
export interface AgentState {
  readonly id: string
  readonly seq: number
  /** Agents' events are for the team alone; here so that all streams number alike. */
  readonly publicSeq: number
  readonly lastAt: number
  /** What they chose; whether they are connected is not in the log. */
  readonly presence: Presence
  /** Since when, by the server's clock; `null` for never set. */
  readonly presenceSince: number | null
}

/** The state of an agent who has no events yet: agents exist before their stream does. */
export const emptyAgentState = (id: string): AgentState => ({
  id,
  seq: 0,
  publicSeq: 0,
  lastAt: 0,
  presence: 'online',
  presenceSince: null,
})

export function decideAgent(state: AgentState, command: AgentCommand, actor: Actor): Decision {
  if (!mayIssue(actor, command.kind)) return refuse('forbidden', `${command.kind} is not for this role`)
  if (actor.kind === 'agent' && actor.id !== state.id)
    return refuse('forbidden', 'an agent sets only their own presence')
  const { presence } = command.data
  if (state.presenceSince !== null && state.presence === presence) return { ok: true, events: [] }
  return { ok: true, events: [{ kind: 'agent.presence-set', data: { presence } }] }
}

export function applyAgent(state: AgentState, event: LogEvent): AgentState {
  const next = { ...state, seq: event.seq, lastAt: event.at }
  if (event.kind !== 'agent.presence-set') return next
  return { ...next, presence: event.data.presence === 'break' ? 'break' : 'online', presenceSince: event.at }
}
