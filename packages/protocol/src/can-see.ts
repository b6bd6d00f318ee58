import type { Actor, AgentActor } from './actor.ts'
import { assertNever } from './assert-never.ts'
import type { ConversationState } from './conversation/state.ts'

/** What sight depends on. */
export type Visible = Pick<ConversationState, 'identities' | 'team' | 'assignee' | 'participants'>

/**
 * Whether the actor may see the conversation at all (a visitor: its public side). The store has the same rule in SQL,
 * tested equal on random data.
 */
export function canSee(actor: Actor, state: Visible): boolean {
  switch (actor.kind) {
    case 'visitor':
      return state.identities.some((identity) => actor.identities.includes(identity))
    case 'agent':
      return agentCanSee(actor, state)
    case 'system':
      return true
    default:
      return assertNever(actor)
  }
}

function agentCanSee(agent: AgentActor, state: Visible): boolean {
  if (agent.role === 'admin' || agent.sight === 'all') return true
  if (state.assignee === agent.id || state.participants.includes(agent.id)) return true
  return agent.sight === 'teams' && state.team !== null && agent.teams.includes(state.team)
}
