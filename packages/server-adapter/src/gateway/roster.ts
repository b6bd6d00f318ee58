// The team as this node knows it: names and presence without asking the database for every packet. Read again when an
// agent connects, on whichever node, and with every check of sessions, because `pendopo agent add` writes while the server runs.

import type { Colleague, Person, Presence } from '@pendopo/protocol'
import type { Agent, DirectoryStore } from '../store/store.ts'
import type { Attendance } from './attendance.ts'

export interface Roster {
  load(workspace: string): Promise<void>
  setPresence(agent: string, presence: Presence): void
  /** Everybody active, by name. */
  colleagues(workspace: string): readonly Colleague[]
  person(agent: string): Person | undefined
  /** Connected and not on a break. */
  isOnline(agent: string): boolean
  stateOf(agent: string): Pick<Colleague, 'presence' | 'connected'>
}

export function createRoster(
  directory: Pick<DirectoryStore, 'agents' | 'agentStates'>,
  attendance: Pick<Attendance, 'hasAgent'>,
): Roster {
  const agents = new Map<string, Agent>()
  const presences = new Map<string, Presence>()

  const presenceOf = (agent: string): Presence => presences.get(agent) ?? 'online'
  const isConnected = attendance.hasAgent
  const isOnline = (agent: string) => isConnected(agent) && presenceOf(agent) === 'online'

  return {
    isOnline,
    stateOf: (agent) => ({ presence: presenceOf(agent), connected: isConnected(agent) }),
    load: async (workspace) => {
      const [all, states] = await Promise.all([directory.agents(workspace), directory.agentStates(workspace)])
      for (const agent of all) agents.set(agent.id, agent)
      for (const [id, state] of states) presences.set(id, state.presence)
    },
    setPresence: (agent, presence) => {
      presences.set(agent, presence)
    },
    colleagues: (workspace) =>
      [...agents.values()]
        .filter((agent) => agent.workspace === workspace && agent.active)
        .map(({ id, name, role }) => ({
          id,
          name,
          role,
          presence: presenceOf(id),
          connected: isConnected(id),
        }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    person: (id) => {
      const agent = agents.get(id)
      return agent && { kind: 'agent', name: agent.name, online: isOnline(id) }
    },
  }
}
