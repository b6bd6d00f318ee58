// Who is there. Ephemeral and coalesced: what is sent is the difference between what was told last and what is so now,
// so a page that reloads makes no noise. Whether mail leaves never depends on this.

import type { Colleague, People, PresencePacket } from '@pendopo/protocol'
import type { ProvenVisitor } from '../auth/visitor.ts'
import { coalesce } from './coalesce.ts'
import type { Roster } from './roster.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Watchers } from './watchers.ts'

/** A reload takes less; a person looking at a dot does not see more. */
const PRESENCE_EVERY_MS = 500

export type Availability = NonNullable<PresencePacket['availability']>

export interface Presences {
  availability(workspace: string): Availability
  /** Somebody came, went, or took a break: an agent, or this visitor. */
  changed(workspace: string, visitor?: ProvenVisitor): void
  close(): void
}

interface Needs {
  readonly roster: Roster
  readonly sessions: Sessions
  readonly watchers: Watchers
  readonly now: () => number
  /** Sends one packet to many sockets, encoded once. */
  broadcast(sessions: readonly Session[], packet: PresencePacket): void
}

interface Told {
  availability: Availability
  colleagues: Map<string, string>
}

export function createPresences({ roster, sessions, watchers, now, broadcast }: Needs): Presences {
  const told = new Map<string, Told>()
  const workspaces = new Set<string>()
  /** Identities that came or went, with the name they go by. */
  const moved = new Map<string, string>()
  const online = new Set<string>()
  const flush = coalesce(tell, PRESENCE_EVERY_MS, now)

  const availability = (workspace: string): Availability => {
    for (const { workspace: place, agent } of sessions.agents)
      if (place === workspace && roster.isOnline(agent.id)) return 'online'
    return 'away'
  }

  function tell(): void {
    for (const workspace of workspaces) {
      const before = told.get(workspace) ?? { availability: 'away', colleagues: new Map() }
      told.set(workspace, before)
      tellVisitors(workspace, before)
      tellAgents(workspace, before)
    }
    workspaces.clear()
    tellOfVisitors()
  }

  function tellVisitors(workspace: string, before: Told): void {
    const current = availability(workspace)
    if (before.availability === current) return
    before.availability = current
    broadcast(
      [...sessions.visitors].filter((session) => session.workspace === workspace),
      { availability: current },
    )
  }

  function tellAgents(workspace: string, before: Told): void {
    const changed: Colleague[] = []
    for (const colleague of roster.colleagues(workspace)) {
      const form = JSON.stringify(colleague)
      if (before.colleagues.get(colleague.id) === form) continue
      before.colleagues.set(colleague.id, form)
      changed.push(colleague)
    }
    if (changed.length === 0) return
    broadcast(
      [...sessions.agents].filter((session) => session.workspace === workspace),
      { colleagues: changed },
    )
  }

  /** To the team, about the contacts of the conversations it has open. */
  function tellOfVisitors(): void {
    const turned: People = {}
    for (const [identity, name] of moved) {
      const isConnected = sessions.ofIdentity(identity).size > 0
      if (online.has(identity) === isConnected) continue
      if (isConnected) online.add(identity)
      else online.delete(identity)
      turned[identity] = { kind: 'visitor', name, online: isConnected }
    }
    moved.clear()
    if (Object.keys(turned).length === 0) return
    for (const { session, identities } of watchers.all()) {
      if (session.kind !== 'agent') continue
      const people = Object.fromEntries(Object.entries(turned).filter(([identity]) => identities.includes(identity)))
      if (Object.keys(people).length > 0) broadcast([session], { people })
    }
  }

  return {
    availability,
    changed: (workspace, visitor) => {
      workspaces.add(workspace)
      for (const identity of visitor?.actor.identities ?? []) moved.set(identity, visitor?.name ?? '')
      flush.request()
    },
    close: () => flush.close(),
  }
}
