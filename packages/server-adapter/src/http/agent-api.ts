// Sign in, sign out, who am I. Everything else an agent does goes over the socket.

import type { AgentWelcome } from '@pendopo/protocol'
import { Login } from '@pendopo/protocol/schemas'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import { readSessionCookie, sessionCookie } from '../auth/cookies.ts'
import type { SignIn } from '../auth/login.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { Agent } from '../store/store.ts'
import { errorResponse } from './errors.ts'
import type { HttpEnv } from './http-env.ts'

interface Needs {
  readonly signIn: SignIn
  readonly agentSessions: AgentSessions
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly limits: ServerLimits
  /** `Secure` cookies always or never; undefined: where the request came over TLS. */
  readonly secureCookies: boolean | undefined
  profile(agent: Agent): AgentWelcome['agent']
  /** Ends the sockets of a session. */
  endSession(tokenHash: string): void
}

export function agentApi(needs: Needs): Hono<HttpEnv> {
  const { signIn, agentSessions, guard, facts, limits, profile, endSession } = needs
  const app = new Hono<HttpEnv>()

  const setCookie = (context: Context<HttpEnv>, token: string | null) => {
    const secure = needs.secureCookies ?? facts.isSecure(context.env.incoming)
    context.header('Set-Cookie', sessionCookie(token, { secure, maxAgeMs: limits.sessionMs }))
  }

  app.use('/api/*', async (context, next) => {
    context.header('Cache-Control', 'no-store')
    context.header('X-Content-Type-Options', 'nosniff')
    // A page elsewhere can make a browser post, and cannot make it lie about where it is.
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') guard.checkAgent(context.env.incoming)
    await next()
  })

  app.post(
    '/api/agent/login',
    bodyLimit({
      maxSize: limits.frameBytes,
      onError: (context) => errorResponse(context, new RequestError('too_large', 'the body is too large')),
    }),
    async (context) => {
      const { agent, token } = await signIn(await readLogin(context), facts.address(context.env.incoming))
      // A session that somebody else left in this browser ends with it.
      await endPresent(context)
      setCookie(context, token)
      return context.json({ agent: profile(agent) })
    },
  )

  app.post('/api/agent/logout', async (context) => {
    await endPresent(context)
    setCookie(context, null)
    return context.body(null, 204)
  })

  app.get('/api/agent/me', async (context) => {
    const token = readSessionCookie(context.env.incoming.headers)
    const found = token === undefined ? null : await agentSessions.find(token)
    if (found === null) throw new RequestError('unauthenticated', 'nobody has signed in, or the session has ended')
    return context.json({ agent: profile(found.agent) })
  })

  async function endPresent(context: Context<HttpEnv>): Promise<void> {
    const token = readSessionCookie(context.env.incoming.headers)
    if (token !== undefined) endSession(await agentSessions.end(token))
  }

  return app
}

/** JSON and nothing else: a form of another page cannot send that without asking first. */
async function readLogin(context: Context): Promise<Login> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
    throw new RequestError('invalid', 'Content-Type: application/json')
  }
  const body: unknown = await context.req.json().catch(() => undefined)
  const parsed = v.safeParse(Login, body)
  if (parsed.success) return parsed.output
  throw new RequestError('invalid', `${v.getDotPath(parsed.issues[0]) ?? 'the body'}: ${parsed.issues[0].message}`)
}
