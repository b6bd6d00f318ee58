// Who is there. Ephemeral and coalesced: what is sent is the difference between what was told last and what is so now,
// so a page that reloads makes no noise. Whether mail leaves never depends on this.

import type { Colleague, People, PresencePacket } from '@pendopo/protocol'
import type { Logger } from 'pino'
import { givenName } from '../auth/contact-name.ts'
import type { ProvenVisitor } from '../auth/visitor.ts'
import type { DirectoryStore } from '../store/store.ts'
import type { Attendance } from './attendance.ts'
import { coalesce } from './coalesce.ts'
import type { Roster } from './roster.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import { isAgentIn, type Watchers } from './watchers.ts'

/** Most reloads take less; a person looking at a dot does not mind more. */
const PRESENCE_AFTER_MS = 1_000

export type Availability = NonNullable<PresencePacket['availability']>

export interface Presences {
  /** What a welcome says. It may be newer than what the others were told last, so what differs is told again. */
  glance(workspace: string): { readonly availability: Availability; readonly colleagues: readonly Colleague[] }
  /** These agents came, went, or took a break; without ids, whichever differ from what was told. */
  agentsChanged(workspace: string, ids?: readonly string[]): void
  visitorChanged(workspace: string, visitor: ProvenVisitor): void
  /** The same for a visitor of another node, and for somebody who joined by other means than a connection. */
  identityChanged(workspace: string, identity: string): void
  close(): void
}

interface Needs {
  readonly roster: Roster
  readonly sessions: Sessions
  readonly attendance: Pick<Attendance, 'agents' | 'hasVisitor'>
  /** For the names of those who are connected elsewhere. */
  readonly directory: Pick<DirectoryStore, 'peopleByIdentity'>
  readonly watchers: Watchers
  readonly now: () => number
  readonly logger: Pick<Logger, 'warn'>
  /** Sends one packet to many sockets, encoded once. */
  broadcast(sessions: readonly Session[], packet: PresencePacket): void
}

interface Told {
  /** Undefined where not all were told the same. */
  availability: Availability | undefined
  /** By id, as JSON. */
  readonly colleagues: Map<string, string>
}

export function createPresences(needs: Needs): Presences {
  const { roster, sessions, attendance, directory, watchers, now, logger, broadcast } = needs
  const told = new Map<string, Told>()
  /** Agents who came or went, by workspace: even where they are now as they were, somebody may have looked in between. */
  const moving = new Map<string, Set<string>>()
  /** Identities that came or went, with the name they go by where it is known here. */
  let moved = new Map<string, { readonly workspace: string; readonly name?: string }>()
  const flush = coalesce(tell, PRESENCE_AFTER_MS, now, 'later')

  function toldTo(workspace: string): Told {
    const found = told.get(workspace)
    if (found !== undefined) return found
    const made: Told = { availability: 'away', colleagues: new Map() }
    told.set(workspace, made)
    return made
  }

  const availabilityOf = (workspace: string): Availability => {
    for (const agent of attendance.agents(workspace)) if (roster.isOnline(agent)) return 'online'
    return 'away'
  }

  function tell(): void {
    for (const [workspace, ids] of moving) {
      tellVisitors(workspace, toldTo(workspace))
      const changed = tellAgents(workspace, toldTo(workspace))
      tellOfAgents(workspace, new Set([...ids, ...changed.map(({ id }) => id)]))
    }
    moving.clear()
    tellOfVisitors().catch((error: unknown) => logger.warn({ err: error }, 'unable to tell who is there'))
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

  /** Returns what was news. */
  function tellAgents(workspace: string, before: Told): readonly Colleague[] {
    const changed: Colleague[] = []
    for (const colleague of roster.colleagues(workspace)) {
      const form = JSON.stringify(colleague)
      if (before.colleagues.get(colleague.id) === form) continue
      before.colleagues.set(colleague.id, form)
      changed.push(colleague)
    }
    const team = [...sessions.agents].filter((session) => session.workspace === workspace)
    if (changed.length > 0) broadcast(team, { colleagues: changed })
    return changed
  }

  /** To visitors, about the agents of the conversations they have open; of the others they know nothing. */
  function tellOfAgents(workspace: string, ids: ReadonlySet<string>): void {
    const due = new Map<string, Session[]>()
    for (const { session, who } of watchers.all()) {
      if (session.kind !== 'visitor' || session.workspace !== workspace) continue
      for (const id of ids) {
        if (!isAgentIn(who, id)) continue
        const to = due.get(id)
        if (to === undefined) due.set(id, [session])
        else to.push(session)
      }
    }
    for (const [id, to] of due) {
      const person = roster.person(id)
      if (person !== undefined) broadcast(to, { people: { [id]: person } })
    }
  }

  /** To the team, about the contacts of the conversations it has open. */
  async function tellOfVisitors(): Promise<void> {
    const news = moved
    moved = new Map()
    if (news.size === 0) return
    const open = [...watchers.all()].flatMap(({ session, who }) => {
      const concerned = session.kind === 'agent' ? who.identities.filter((identity) => news.has(identity)) : []
      return concerned.length > 0 ? [{ session, concerned }] : []
    })
    const names = await namesOf(news, new Set(open.flatMap(({ concerned }) => concerned)))
    for (const { session, concerned } of open) {
      const people: People = {}
      for (const identity of concerned) {
        const name = names.get(identity)
        if (name !== undefined) people[identity] = { kind: 'visitor', name, online: attendance.hasVisitor(identity) }
      }
      if (Object.keys(people).length > 0) broadcast([session], { people })
    }
  }

  async function namesOf(news: typeof moved, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>()
    const unknown = new Map<string, string[]>()
    for (const identity of wanted) {
      const { name, workspace = '' } = news.get(identity) ?? {}
      if (name !== undefined) names.set(identity, name)
      else unknown.set(workspace, [...(unknown.get(workspace) ?? []), identity])
    }
    for (const [workspace, identities] of unknown)
      for (const [identity, person] of await directory.peopleByIdentity(workspace, identities))
        names.set(identity, givenName(person))
    return names
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
    agentsChanged: (workspace, ids = []) => {
      moving.set(workspace, new Set([...(moving.get(workspace) ?? []), ...ids]))
      flush.request()
    },
    visitorChanged: (workspace, { actor, name }) => {
      const given = givenName({ contact: actor.contact, name })
      for (const identity of actor.identities) moved.set(identity, { workspace, name: given })
      flush.request()
    },
    identityChanged: (workspace, identity) => {
      if (!moved.has(identity)) moved.set(identity, { workspace })
      flush.request()
    },
    close: () => flush.close(),
  }
}
