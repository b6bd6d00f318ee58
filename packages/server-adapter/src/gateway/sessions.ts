// Who is connected to this node, by everything fan-out, presence and limits ask for.

import type { AgentSession, Session, VisitorSession } from './session.ts'

export interface Sessions {
  add(session: Session): void
  remove(session: Session): void
  /** The directory wrote the visitor's identities down, or knows better ones. */
  reindex(session: VisitorSession, change: () => void): void
  readonly agents: ReadonlySet<AgentSession>
  readonly visitors: ReadonlySet<VisitorSession>
  ofIdentity(identity: string): ReadonlySet<VisitorSession>
  ofAgent(agent: string): ReadonlySet<AgentSession>
  countOfAddress(address: string): number
  /** Called when a session has begun or ended, and around each `reindex`. Returns the unsubscribe. */
  onMoved(listener: (session: Session) => void): () => void
}

const NONE: ReadonlySet<never> = new Set()

export function createSessions(): Sessions {
  const agents = new Set<AgentSession>()
  const visitors = new Set<VisitorSession>()
  const byIdentity = new Map<string, Set<VisitorSession>>()
  const byAgent = new Map<string, Set<AgentSession>>()
  const addresses = new Map<string, number>()
  const listeners = new Set<(session: Session) => void>()
  const moved = (session: Session) => {
    for (const listener of listeners) listener(session)
  }

  const indexVisitor = (session: VisitorSession) => {
    for (const identity of session.visitor.actor.identities) put(byIdentity, identity, session)
  }
  const unindexVisitor = (session: VisitorSession) => {
    for (const identity of session.visitor.actor.identities) drop(byIdentity, identity, session)
  }

  return {
    agents,
    visitors,
    add: (session) => {
      addresses.set(session.address, (addresses.get(session.address) ?? 0) + 1)
      if (session.kind === 'visitor') {
        visitors.add(session)
        indexVisitor(session)
      } else {
        agents.add(session)
        put(byAgent, session.agent.id, session)
      }
      moved(session)
    },
    remove: (session) => {
      const rest = (addresses.get(session.address) ?? 1) - 1
      if (rest > 0) addresses.set(session.address, rest)
      else addresses.delete(session.address)
      if (session.kind === 'visitor') {
        visitors.delete(session)
        unindexVisitor(session)
      } else {
        agents.delete(session)
        drop(byAgent, session.agent.id, session)
      }
      moved(session)
    },
    reindex: (session, change) => {
      unindexVisitor(session)
      moved(session)
      change()
      if (visitors.has(session)) indexVisitor(session)
      moved(session)
    },
    ofIdentity: (identity) => byIdentity.get(identity) ?? NONE,
    ofAgent: (agent) => byAgent.get(agent) ?? NONE,
    countOfAddress: (address) => addresses.get(address) ?? 0,
    onMoved: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function put<Value>(index: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = index.get(key)
  if (set === undefined) index.set(key, new Set([value]))
  else set.add(value)
}

function drop<Value>(index: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = index.get(key)
  set?.delete(value)
  if (set?.size === 0) index.delete(key)
}
