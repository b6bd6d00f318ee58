// From a handshake to a session, or a refusal that names its reason. The order is from cheap to dear: version, origin,
// counts, then whatever asks the database or does cryptography.

import type { IncomingMessage } from 'node:http'
import { SUPPORTED_VERSIONS } from '@pendopo/protocol'
import { AgentAuth, VisitorAuth } from '@pendopo/protocol/schemas'
import * as v from 'valibot'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import { readSessionCookie } from '../auth/cookies.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { ProveVisitor } from '../auth/visitor.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import { toAgentActor, type AgentSession, type VisitorSession, type Wire } from './session.ts'
import type { Sessions } from './sessions.ts'
import { TokenBucket, type Buckets } from './token-bucket.ts'

/** Another tab may have closed by then. */
const TOO_MANY_SOCKETS_RETRY_MS = 5_000

export interface Handshake {
  readonly request: IncomingMessage
  readonly auth: unknown
  readonly wire: Wire
}

interface Needs {
  readonly sites: SiteDirectory
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly proveVisitor: ProveVisitor
  readonly agentSessions: AgentSessions
  readonly sessions: Sessions
  readonly visitorPosts: Buckets
  readonly agentPosts: Buckets
  readonly limits: ServerLimits
  readonly now: () => number
}

export interface Authenticate {
  visitor(handshake: Handshake): Promise<VisitorSession>
  agent(handshake: Handshake): Promise<AgentSession>
}

export function createAuthenticate(needs: Needs): Authenticate {
  const { sites, guard, facts, proveVisitor, agentSessions, sessions, limits, now } = needs

  function begin({ request, wire }: Handshake) {
    const address = facts.address(request)
    if (sessions.countOfAddress(address) >= limits.socketsPerAddress) throw tooMany('this address')
    const { requestsPerSecond } = limits
    const requests = new TokenBucket({ burst: requestsPerSecond, perSecond: requestsPerSecond }, now())
    return { wire, address, requests, watching: new Map(), hints: new Map() }
  }

  return {
    visitor: async (handshake) => {
      const auth = parse(VisitorAuth, handshake.auth)
      const site = await sites.find(auth.site)
      if (site === undefined) throw new RequestError('not_found', 'no such site')
      guard.checkVisitor(handshake.request, site, auth.key)
      const base = begin(handshake)
      const visitor = await proveVisitor(auth, site)
      if (sessions.ofIdentity(visitor.browser).size >= limits.socketsPerVisitor) throw tooMany('this visitor')
      const posts = () => needs.visitorPosts.of(visitor.browser)
      return { ...base, kind: 'visitor', audience: 'participants', workspace: site.workspace, site, visitor, posts }
    },
    agent: async (handshake) => {
      parse(AgentAuth, handshake.auth)
      guard.checkAgent(handshake.request)
      const base = begin(handshake)
      const token = readSessionCookie(handshake.request.headers)
      const found = token === undefined ? null : await agentSessions.find(token)
      if (found === null) throw new RequestError('unauthenticated', 'nobody has signed in, or the session has ended')
      const { agent, tokenHash } = found
      const posts = () => needs.agentPosts.of(agent.id)
      return {
        ...base,
        kind: 'agent',
        audience: 'team',
        workspace: agent.workspace,
        agent,
        actor: toAgentActor(agent),
        tokenHash,
        posts,
        isUsed: false,
      }
    },
  }
}

/** The version is looked at before the rest: another version may shape the rest differently. */
function parse<Output extends { readonly version: number }>(
  schema: v.GenericSchema<unknown, Output>,
  auth: unknown,
): Output {
  const version = v.safeParse(v.object({ version: v.number() }), auth)
  if (version.success && !SUPPORTED_VERSIONS.includes(version.output.version)) {
    throw new RequestError('upgrade', `this server speaks version ${SUPPORTED_VERSIONS.join(' and ')}`)
  }
  const parsed = v.safeParse(schema, auth, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new RequestError('invalid', `auth.${v.getDotPath(issue) ?? ''}: ${issue.message}`)
}

const tooMany = (whose: string) =>
  new RequestError('rate_limited', `too many connections of ${whose}`, TOO_MANY_SOCKETS_RETRY_MS)
