// Who is there. Ephemeral and coalesced: what is sent is the difference between what was told last and what is so now,
// so a page that reloads makes no noise. Whether mail leaves never depends on this.

import type { Colleague, People, PresencePacket } from '@pendopo/protocol'
import type { ProvenVisitor } from '../auth/visitor.ts'
import { coalesce } from './coalesce.ts'
import type { Roster } from './roster.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Watchers } from './watchers.ts'

/** Most reloads take less; a person looking at a dot does not mind more. */
const PRESENCE_AFTER_MS = 1_000

export type Availability = NonNullable<PresencePacket['availability']>

export interface Presences {
  /** What a welcome says. It may be newer than what the others were told last, so what differs is told again. */
  glance(workspace: string): { readonly availability: Availability; readonly colleagues: readonly Colleague[] }
  /** An agent came, went, or took a break. */
  agentChanged(workspace: string): void
  visitorChanged(visitor: ProvenVisitor): void
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
  /** Undefined where not all were told the same. */
  availability: Availability | undefined
  /** By id, as JSON. */
  readonly colleagues: Map<string, string>
}

export function createPresences({ roster, sessions, watchers, now, broadcast }: Needs): Presences {
  const told = new Map<string, Told>()
  const workspaces = new Set<string>()
  /** Identities that came or went, with the name they go by. */
  const moved = new Map<string, string>()
  const flush = coalesce(tell, PRESENCE_AFTER_MS, now, 'later')

  function toldTo(workspace: string): Told {
    const found = told.get(workspace)
    if (found !== undefined) return found
    const made: Told = { availability: 'away', colleagues: new Map() }
    told.set(workspace, made)
    return made
  }

  const availabilityOf = (workspace: string): Availability => {
    for (const { workspace: place, agent } of sessions.agents)
      if (place === workspace && roster.isOnline(agent.id)) return 'online'
    return 'away'
  }

  function tell(): void {
    for (const workspace of workspaces) {
      tellVisitors(workspace, toldTo(workspace))
      tellAgents(workspace, toldTo(workspace))
    }
    workspaces.clear()
    tellOfVisitors()
  }

  function tellVisitors(workspace: string, before: Told): void {
    const current = availabilityOf(workspace)
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
    if (moved.size === 0) return
    for (const { session, identities } of watchers.all()) {
      if (session.kind !== 'agent') continue
      const people: People = {}
      for (const identity of identities) {
        const name = moved.get(identity)
        if (name === undefined) continue
        people[identity] = { kind: 'visitor', name, online: sessions.ofIdentity(identity).size > 0 }
      }
      if (Object.keys(people).length > 0) broadcast([session], { people })
    }
    moved.clear()
  }

  return {
    glance: (workspace) => {
      const before = toldTo(workspace)
      const availability = availabilityOf(workspace)
      const colleagues = roster.colleagues(workspace)
      if (before.availability !== availability) before.availability = undefined
      for (const colleague of colleagues) {
        if (before.colleagues.get(colleague.id) !== JSON.stringify(colleague)) before.colleagues.delete(colleague.id)
      }
      return { availability, colleagues }
    },
    agentChanged: (workspace) => {
      workspaces.add(workspace)
      flush.request()
    },
    visitorChanged: ({ actor, name }) => {
      for (const identity of actor.identities) moved.set(identity, name)
      flush.request()
    },
    close: () => flush.close(),
  }
}
