// Sign in, sign out, a new password, two-step sign-in, who am I. Everything else an agent does goes over the socket.

import type { AgentWelcome } from '@pendopo/protocol'
import { Login, PasswordChange, TwoStepBegin, TwoStepConfirm, TwoStepProof } from '@pendopo/protocol/schemas'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import { readSessionCookie, sessionCookie } from '../auth/cookies.ts'
import type { SignIn } from '../auth/login.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { Revoke } from '../gateway/revoke.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { Agent } from '../store/store.ts'
import { errorResponse } from './errors.ts'
import type { HttpEnv } from './http-env.ts'
import { readJson } from './read-json.ts'
import { createSignedIn } from './signed-in.ts'

interface Needs {
  readonly signIn: SignIn
  readonly agentSessions: AgentSessions
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly limits: ServerLimits
  /** `Secure` cookies always or never; undefined: where the request came over TLS. */
  readonly secureCookies: boolean | undefined
  profile(agent: Agent): AgentWelcome['agent']
  readonly revoke: Revoke
}

export function agentApi(needs: Needs): Hono<HttpEnv> {
  const signedIn = createSignedIn(needs.agentSessions)
  const { signIn: accounts, agentSessions, guard, facts, limits, profile, revoke } = needs
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

  const atMostAFrame = bodyLimit({
    maxSize: limits.frameBytes,
    onError: (context) => errorResponse(context, new RequestError('too_large', 'the body is too large')),
  })

  app.post('/api/agent/login', atMostAFrame, async (context) => {
    const login = await readJson(context, Login)
    const result = await accounts.signIn(login, facts.address(context.env.incoming))
    if ('needs' in result) return context.json(result)
    const { agent, token } = result
    // A session that somebody else left in this browser ends with it.
    await endPresent(context)
    setCookie(context, token)
    return context.json({ agent: profile(agent) })
  })

  app.post('/api/agent/password', atMostAFrame, async (context) => {
    const agent = await signedIn(context)
    const { current, next } = await readJson(context, PasswordChange)
    const token = await accounts.changePassword(agent, current, next, facts.address(context.env.incoming))
    revoke({ kind: 'agent', agent: agent.id })
    setCookie(context, token)
    return context.body(null, 204)
  })

  app.get('/api/agent/two-step', async (context) =>
    context.json(await accounts.twoStep.status((await signedIn(context)).id)),
  )

  app.post('/api/agent/two-step', atMostAFrame, async (context) => {
    const agent = await signedIn(context)
    const { password } = await readJson(context, TwoStepBegin)
    return context.json(await accounts.twoStep.begin(agent, password, facts.address(context.env.incoming)))
  })

  app.post('/api/agent/two-step/confirm', atMostAFrame, async (context) => {
    const agent = await signedIn(context)
    const recoveryCodes = await accounts.twoStep.confirm(agent, await readJson(context, TwoStepConfirm))
    return context.json({ recoveryCodes })
  })

  app.post('/api/agent/two-step/off', atMostAFrame, async (context) => {
    const agent = await signedIn(context)
    const proof = await readJson(context, TwoStepProof)
    await accounts.twoStep.turnOff(agent, proof, facts.address(context.env.incoming))
    return context.body(null, 204)
  })

  app.post('/api/agent/logout-everywhere', async (context) => {
    const agent = await signedIn(context)
    await agentSessions.endAll(agent.id)
    revoke({ kind: 'agent', agent: agent.id })
    setCookie(context, null)
    return context.body(null, 204)
  })

  app.post('/api/agent/logout', async (context) => {
    await endPresent(context)
    setCookie(context, null)
    return context.body(null, 204)
  })

  app.get('/api/agent/me', async (context) => context.json({ agent: profile(await signedIn(context)) }))

  async function endPresent(context: Context<HttpEnv>): Promise<void> {
    const token = readSessionCookie(context.env.incoming.headers)
    if (token !== undefined) revoke({ kind: 'session', tokenHash: await agentSessions.end(token) })
  }

  return app
}
