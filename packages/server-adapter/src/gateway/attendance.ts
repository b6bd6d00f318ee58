// Who is connected, on whichever node. Each node tells the others who came to it and who left it, a little later and
// together; what it told holds while it is there (its lease is in `cluster/`). Ids only: names are in the database.

import type { Cluster } from '../cluster/create-cluster.ts'
import { SIGNAL_IDS, type Presence, type SignalOf } from '../cluster/signal.ts'
import { coalesce } from './coalesce.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** A page that reloads is back by then, mostly, and nobody is told. */
const TELL_AFTER_MS = 300

export interface Attendance {
  hasVisitor(identity: string): boolean
  hasAgent(agent: string): boolean
  /** Agents that are connected to some node, perhaps named more than once. */
  agents(workspace: string): Iterable<string>
  /** Tells the other nodes everybody. */
  tellAll(): void
  /** What another node told; returns whom it concerns. */
  receive(node: string, signal: SignalOf<'attendance'>): readonly Presence[]
  /** That node is gone; returns who was there. */
  forget(node: string): readonly Presence[]
  close(): void
}

interface Needs {
  readonly sessions: Sessions
  readonly cluster: Pick<Cluster, 'signal' | 'state'>
  readonly now: () => number
}

type Person = Pick<Presence, 'kind' | 'id' | 'workspace'>

/** Workspaces by id. */
type People = Readonly<Record<Presence['kind'], Map<string, string>>>

const nobody = (): People => ({ agent: new Map(), visitor: new Map() })

function* everybody(people: People): Iterable<Person> {
  for (const kind of ['agent', 'visitor'] as const)
    for (const [id, workspace] of people[kind]) yield { kind, id, workspace }
}

export function createAttendance({ sessions, cluster, now }: Needs): Attendance {
  const others = new Map<string, People>()
  /** Whom the other nodes believe to be here. */
  let told = nobody()
  /** Who may have come or left since. */
  let moved = nobody()
  const flush = coalesce(tell, TELL_AFTER_MS, now, 'later')
  const isHere = ({ kind, id }: Person) => (kind === 'agent' ? sessions.ofAgent(id) : sessions.ofIdentity(id)).size > 0

  const isElsewhere = (kind: Presence['kind'], id: string) => {
    for (const people of others.values()) if (people[kind].has(id)) return true
    return false
  }

  function move(session: Session): void {
    const { workspace } = session
    if (session.kind === 'agent') moved.agent.set(session.agent.id, workspace)
    else for (const identity of session.visitor.actor.identities) moved.visitor.set(identity, workspace)
  }

  function tell(): void {
    const news: Presence[] = []
    for (const person of everybody(moved)) {
      const { kind, id, workspace } = person
      const presence = { ...person, isHere: isHere(person) }
      if (presence.isHere === told[kind].has(id)) continue
      if (presence.isHere) told[kind].set(id, workspace)
      else told[kind].delete(id)
      news.push(presence)
    }
    moved = nobody()
    for (let from = 0; from < news.length; from += SIGNAL_IDS)
      cluster.signal({ kind: 'attendance', whole: false, people: news.slice(from, from + SIGNAL_IDS) })
  }

  const unsubscribe =
    cluster.state === 'alone'
      ? () => {}
      : sessions.onMoved((session) => {
          move(session)
          flush.request()
        })

  return {
    hasVisitor: (id) => sessions.ofIdentity(id).size > 0 || isElsewhere('visitor', id),
    hasAgent: (id) => sessions.ofAgent(id).size > 0 || isElsewhere('agent', id),
    agents: function* agents(workspace) {
      for (const session of sessions.agents) if (session.workspace === workspace) yield session.agent.id
      for (const { agent } of others.values()) for (const [id, place] of agent) if (place === workspace) yield id
    },
    tellAll: () => {
      told = nobody()
      for (const session of sessions.agents) move(session)
      for (const session of sessions.visitors) move(session)
      cluster.signal({ kind: 'attendance', whole: true, people: [] })
      tell()
    },
    receive: (node, { whole, people }) => {
      const before = others.get(node) ?? nobody()
      const known = whole ? nobody() : before
      others.set(node, known)
      for (const { kind, id, workspace, isHere: came } of people) {
        if (came) known[kind].set(id, workspace)
        else known[kind].delete(id)
      }
      if (!whole) return people
      return [...people, ...Array.from(everybody(before), (person) => ({ ...person, isHere: false }))]
    },
    forget: (node) => {
      const people = others.get(node) ?? nobody()
      others.delete(node)
      return Array.from(everybody(people), (person) => ({ ...person, isHere: false }))
    },
    close: () => {
      unsubscribe()
      flush.close()
    },
  }
}
