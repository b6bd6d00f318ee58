// What an admin does with all that is held on a visitor: hand it out, take it away.

import { Hono, type Context } from 'hono'
import type { Logger } from 'pino'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import { readSessionCookie } from '../auth/cookies.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import { eraseVisitor } from '../erasure/erase-visitor.ts'
import { exportVisitor } from '../erasure/export-visitor.ts'
import type { FileStorage } from '../files/file-storage.ts'
import type { Log } from '../log/log.ts'
import type { Revoke } from '../gateway/revoke.ts'
import { RequestError } from '../request-error.ts'
import type { HeldContact } from '../store/privacy.ts'
import type { Agent, Store } from '../store/store.ts'
import type { HttpEnv } from './http-env.ts'

interface Needs {
  readonly store: Store
  readonly storage: FileStorage
  readonly log: Log
  readonly agentSessions: AgentSessions
  readonly guard: OriginGuard
  readonly logger: Logger
  /** Ends the sockets of these identities. */
  readonly revoke: Revoke
}

export function privacyRoutes({ store, storage, log, agentSessions, guard, logger, revoke }: Needs): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/api/agent/visitors/:who/export', async (context) => {
    const { agent, contacts } = await admit(context)
    logger.info({ agent: agent.id, contacts: contacts.map(({ id }) => id) }, 'visitor data was exported')
    context.header('Content-Disposition', 'attachment; filename="visitor.json"')
    return context.json({ contacts: await exportVisitor(store, agent.workspace, contacts) })
  })

  app.post('/api/agent/visitors/:who/erase', async (context) => {
    guard.checkAgent(context.env.incoming)
    const { agent, contacts } = await admit(context)
    const endSockets = (identities: readonly string[]) => {
      for (const identity of identities) revoke({ kind: 'identity', identity })
    }
    const erased = await eraseVisitor({ store, storage, log, endSockets }, agent.workspace, contacts)
    logger.info({ agent: agent.id, contacts: contacts.map(({ id }) => id) }, 'visitor data was erased')
    return context.json({ erased: erased.map(({ contact, conversations }) => ({ contact, conversations })) })
  })

  /** An admin, and the contacts that are meant; others learn nothing. */
  async function admit(context: Context<HttpEnv>): Promise<{ agent: Agent; contacts: readonly HeldContact[] }> {
    const token = readSessionCookie(context.env.incoming.headers)
    const agent = token === undefined ? undefined : (await agentSessions.find(token))?.agent
    if (agent === undefined) throw new RequestError('unauthenticated', 'nobody has signed in, or the session has ended')
    if (agent.role !== 'admin') throw new RequestError('forbidden', 'only an admin exports or erases visitor data')
    const contacts = await store.privacy.contacts(agent.workspace, context.req.param('who') ?? '')
    if (contacts.length === 0)
      throw new RequestError('not_found', 'no such visitor: name an e-mail address, an identity or a contact')
    return { agent, contacts }
  }

  return app
}
