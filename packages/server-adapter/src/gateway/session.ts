// One connected socket and who is behind it. Handlers and fan-out know sessions; only `gateway.ts` knows how they begin.

import type { AgentActor, Packets, VisitorActor } from '@pendopo/protocol'
import type { ProvenVisitor } from '../auth/visitor.ts'
import type { Agent, Site } from '../store/store.ts'
import type { TokenBucket } from './token-bucket.ts'
import type { Watch } from './watchers.ts'

/** The one thing sessions need of a socket: to send, and to end. */
export interface Wire {
  readonly id: string
  emit<Name extends keyof Packets<unknown>>(name: Name, packet: Packets<unknown>[Name]): void
  /** The same with what many are sent, made once: the text of a packet, and its WebSocket frame. */
  send(text: string, frame: Buffer): void
  disconnect(): void
}

interface SessionBase {
  readonly wire: Wire
  readonly workspace: string
  readonly address: string
  /** Requests of any kind. */
  readonly requests: TokenBucket
  /** Messages; shared by all sockets of one sender, and made when the first is sent. */
  posts(): TokenBucket
  /** What this socket watches, by conversation. */
  readonly watching: Map<string, Watch>
  /** Conversations it has still to hear of, with their number; sent together. */
  readonly hints: Map<string, number>
}

export interface VisitorSession extends SessionBase {
  readonly kind: 'visitor'
  readonly audience: 'participants'
  readonly site: Site
  /** Replaced once when the directory has written the identities down. */
  visitor: ProvenVisitor
}

export interface AgentSession extends SessionBase {
  readonly kind: 'agent'
  readonly audience: 'team'
  readonly tokenHash: string
  /** As last read from the directory. */
  agent: Agent
  actor: AgentActor
  /** Whether it asked for anything since its session was last looked at. */
  isUsed: boolean
}

export type Session = VisitorSession | AgentSession

export const actorOf = (session: Session): VisitorActor | AgentActor =>
  session.kind === 'visitor' ? session.visitor.actor : session.actor

export const toAgentActor = ({ id, role, sight, teams }: Agent): AgentActor => ({
  kind: 'agent',
  id,
  role,
  sight,
  teams,
})
