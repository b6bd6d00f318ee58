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
  /** Those of these sessions that are still alive, with their agents as they are now; `used` ones are prolonged. */
  check(tokenHashes: readonly string[], used: ReadonlySet<string>): Promise<ReadonlyMap<string, Agent>>
  end(token: string): Promise<string>
  /** Ends all sessions of an agent. */
  endAll(agent: string): Promise<void>
  /** Deletes what has run out. */
  sweep(): Promise<void>
}

interface Needs {
  readonly store: Pick<Store, 'sessions'>
  readonly limits: Pick<ServerLimits, 'sessionMs' | 'sessionIdleMs'>
  readonly now: () => number
}

export function createAgentSessions({ store, limits, now }: Needs): AgentSessions {
  async function check(tokenHashes: readonly string[], used: ReadonlySet<string>) {
    const found = await store.sessions.findAll(tokenHashes)
    const alive = found.filter(
      ({ session }) => now() - session.createdAt < limits.sessionMs && now() - session.usedAt < limits.sessionIdleMs,
    )
    const stale = alive.flatMap(({ session: { tokenHash, usedAt } }) =>
      used.has(tokenHash) && now() - usedAt >= TOUCH_EVERY_MS ? [tokenHash] : [],
    )
    if (stale.length > 0) await store.sessions.touch(stale, now())
    return new Map(alive.map(({ session, agent }) => [session.tokenHash, agent]))
  }

  return {
    check,
    start: async (agent) => {
      const token = randomBytes(32).toString('base64url')
      await store.sessions.add({ tokenHash: hashToken(token), agent: agent.id, createdAt: now(), usedAt: now() })
      return token
    },
    find: async (token) => {
      const tokenHash = hashToken(token)
      const agent = (await check([tokenHash], new Set([tokenHash]))).get(tokenHash)
      return agent === undefined ? null : { agent, tokenHash }
    },
    end: async (token) => {
      const tokenHash = hashToken(token)
      await store.sessions.remove(tokenHash)
      return tokenHash
    },
    endAll: (agent) => store.sessions.removeOf(agent),
    sweep: () => store.sessions.removeBefore(now() - limits.sessionMs, now() - limits.sessionIdleMs),
  }
}
