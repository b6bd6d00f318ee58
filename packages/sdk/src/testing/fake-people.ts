// Who is known to whom, and who is there, as the fake server tells it.

import type { Audience, Colleague, ConversationState, People } from '@pendopo/protocol'
import type { FakeAgents } from './fake-agents.ts'
import type { FakeLog } from './fake-log.ts'

interface Needs {
  readonly log: Pick<FakeLog, 'stream'>
  readonly agents: Pick<FakeAgents, 'all'>
  isConnected(id: string): boolean
}

export function createFakePeople({ log, agents, isConnected }: Needs) {
  function presenceOf(id: string): Colleague['presence'] {
    const { state } = log.stream({ kind: 'agent', id }).state
    return state !== null && 'presence' in state ? state.presence : 'online'
  }

  const colleagues = (): Colleague[] =>
    agents.all().map(({ id, name, role }) => ({ id, name, role, presence: presenceOf(id), connected: isConnected(id) }))

  /** Visitors learn the names of agents, the team everybody's. */
  function peopleOf(state: ConversationState, audience: Audience): People {
    const team = agents.all().filter(({ id }) => state.assignee === id || state.participants.includes(id))
    const contact = audience === 'team' ? state.identities : []
    return {
      ...Object.fromEntries(
        team.map(({ id, name }) => [
          id,
          { kind: 'agent', name, online: isConnected(id) && presenceOf(id) === 'online' },
        ]),
      ),
      ...Object.fromEntries(contact.map((id) => [id, { kind: 'visitor', name: 'Visitor', online: isConnected(id) }])),
    }
  }

  return { presenceOf, colleagues, peopleOf }
}
