// Agents' sessions: a random token in a cookie, its hash in the database. HTTP and sockets ask the same `find`. What it
// does not know: cookies, sockets, and why somebody may sign in.

import { randomBytes } from 'node:crypto'
import type { Agent, Store } from '../store/store.ts'
import type { ServerLimits } from '../options.ts'
import { hashToken } from './hash.ts'

/** A use is written down at most once a minute: reads stay reads. */
const TOUCH_EVERY_MS = 60_000

export interface AgentSessions {
  /** Starts a session; resolves with the token, which is kept nowhere. */
  start(agent: Agent): Promise<string>
  /** The agent of a live session, and the name the session is known by here. A find counts as a use. */
  find(token: string): Promise<{ readonly agent: Agent; readonly tokenHash: string } | null>
  /** The same by the hash; `isUse` false looks without prolonging. */
  findByHash(tokenHash: string, isUse: boolean): Promise<Agent | null>
  end(token: string): Promise<string>
  /** Deletes what has run out. */
  sweep(): Promise<void>
}

interface Needs {
  readonly store: Pick<Store, 'sessions' | 'directory'>
  readonly limits: Pick<ServerLimits, 'sessionMs' | 'sessionIdleMs'>
  readonly now: () => number
}

export function createAgentSessions({ store, limits, now }: Needs): AgentSessions {
  async function findByHash(tokenHash: string, isUse: boolean): Promise<Agent | null> {
    const session = await store.sessions.find(tokenHash)
    if (session === null) return null
    const age = now() - session.createdAt
    const unused = now() - session.usedAt
    if (age >= limits.sessionMs || unused >= limits.sessionIdleMs) return null
    const agent = await store.directory.agent(session.agent)
    if (agent === null || !agent.active) return null
    if (isUse && unused >= TOUCH_EVERY_MS) await store.sessions.touch(tokenHash, now())
    return agent
  }

  return {
    findByHash,
    start: async (agent) => {
      const token = randomBytes(32).toString('base64url')
      await store.sessions.add({ tokenHash: hashToken(token), agent: agent.id, createdAt: now(), usedAt: now() })
      return token
    },
    find: async (token) => {
      const tokenHash = hashToken(token)
      const agent = await findByHash(tokenHash, true)
      return agent === null ? null : { agent, tokenHash }
    },
    end: async (token) => {
      const tokenHash = hashToken(token)
      await store.sessions.remove(tokenHash)
      return tokenHash
    },
    sweep: () => store.sessions.removeBefore(now() - limits.sessionMs, now() - limits.sessionIdleMs),
  }
}
