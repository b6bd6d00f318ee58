// Once a minute: whoever lost their session, their account or their rights since they connected learns it here, and what
// nobody needs any more is forgotten.

import type { Logger } from 'pino'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import type { Presences } from './presence.ts'
import type { Roster } from './roster.ts'
import { toAgentActor, type AgentSession } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Buckets } from './token-bucket.ts'

interface Needs {
  readonly agentSessions: AgentSessions
  readonly sessions: Sessions
  readonly roster: Roster
  readonly presences: Presences
  readonly buckets: readonly Buckets[]
  readonly sessionCheckMs: number
  readonly logger: Logger
}

export interface SessionCheck {
  /** Ends the sockets of one session now. */
  end(tokenHash: string): void
  close(): void
}

export function createSessionCheck({
  agentSessions,
  sessions,
  roster,
  presences,
  buckets,
  sessionCheckMs,
  logger,
}: Needs): SessionCheck {
  const timer = setInterval(() => {
    for (const bucket of buckets) bucket.sweep()
    check().catch((error: unknown) => logger.warn({ err: error }, 'unable to check the sessions of agents'))
  }, sessionCheckMs)
  timer.unref()

  async function check(): Promise<void> {
    await agentSessions.sweep()
    for (const session of sessions.agents) {
      const agent = await agentSessions.findByHash(session.tokenHash, session.isUsed)
      if (agent === null) {
        refuse(session)
        continue
      }
      session.isUsed = false
      session.agent = agent
      session.actor = toAgentActor(agent)
    }
    for (const workspace of new Set([...sessions.agents].map((session) => session.workspace))) {
      await roster.load(workspace)
      presences.agentChanged(workspace)
    }
  }

  return {
    end: (tokenHash) => {
      for (const session of sessions.agents) if (session.tokenHash === tokenHash) refuse(session)
    },
    close: () => clearInterval(timer),
  }
}

function refuse({ wire }: AgentSession): void {
  wire.emit('refused', { code: 'unauthenticated', message: 'the session has ended' })
  wire.disconnect()
}
