import type { Context } from 'hono'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import { readSessionCookie } from '../auth/cookies.ts'
import { RequestError } from '../request-error.ts'
import type { Agent } from '../store/store.ts'
import type { HttpEnv } from './http-env.ts'

/** Who has signed in; rejects with `unauthenticated` where nobody has. */
export type SignedIn = (context: Context<HttpEnv>) => Promise<Agent>

export const createSignedIn =
  (agentSessions: Pick<AgentSessions, 'find'>): SignedIn =>
  async (context) => {
    const token = readSessionCookie(context.env.incoming.headers)
    const found = token === undefined ? null : await agentSessions.find(token)
    if (found === null) throw new RequestError('unauthenticated', 'nobody has signed in, or the session has ended')
    return found.agent
  }
