// Sockets in, commands to the log, commits back out to sockets. Builds the parts and ties a connection's life to them;
// the rules are in the parts.

import type { Logger } from 'pino'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import { createProveVisitor } from '../auth/visitor.ts'
import type { Log } from '../log/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { ServerLimits } from '../options.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { Store } from '../store/store.ts'
import { createAuthenticate } from './authenticate.ts'
import type { Broadcast, GatewayContext } from './context.ts'
import { createDispatcher } from './define-handler.ts'
import { createFanOut } from './fan-out.ts'
import { commandsHandler } from './handlers/commands.ts'
import { listHandler } from './handlers/list.ts'
import { headsHandler, itemsHandler, readHandler, unwatchHandler } from './handlers/reading.ts'
import { syncHandler } from './handlers/sync.ts'
import { typingHandler } from './handlers/typing.ts'
import { createHints } from './hints.ts'
import { createOpeningLimits } from './opening-limits.ts'
import { createPeople } from './people.ts'
import { createPresences } from './presence.ts'
import { createRoster, type Roster } from './roster.ts'
import { createSessionCheck } from './session-check.ts'
import type { AgentSession, Session, VisitorSession } from './session.ts'
import { createSessions } from './sessions.ts'
import { createSocketServer, type SocketServer } from './socket-server.ts'
import { createBuckets } from './token-bucket.ts'
import { createWatchers } from './watchers.ts'
import { createWelcome } from './welcome.ts'

/** A restart takes about so long. */
const RESTART_MS = 2_000

interface Needs {
  readonly path: string
  readonly store: Store
  readonly log: Log
  readonly sites: SiteDirectory
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly agentSessions: AgentSessions
  readonly metrics: Metrics
  readonly limits: ServerLimits
  readonly logger: Logger
  readonly sessionCheckMs: number
  readonly now: () => number
}

export interface Gateway {
  readonly attach: SocketServer['attach']
  readonly roster: Roster
  /** Ends the sockets of one session of an agent. */
  endSession(tokenHash: string): void
  /** Refuses new requests; resolves when those before are answered. */
  drain(): Promise<void>
  /** Tells every socket that the server stops, and ends it. */
  close(): Promise<void>
}

export function createGateway(needs: Needs): Gateway {
  const { store, log, sites, limits, logger, now, metrics } = needs
  const sessions = createSessions()
  const watchers = createWatchers()
  const hints = createHints(now)
  const roster = createRoster(store.directory, sessions)
  const people = createPeople({ directory: store.directory, roster, sessions })
  const broadcast: Broadcast = (...args) => sockets.broadcast(...args)
  const presences = createPresences({
    roster,
    sessions,
    watchers,
    now,
    broadcast: (to, packet) => broadcast(to, 'presence', packet),
  })
  const welcome = createWelcome({ store, sites, roster, presences })

  const context: GatewayContext = {
    ...{ store, log, limits, now, sessions, watchers, people, hints, broadcast },
    openings: createOpeningLimits(limits),
    appendTimer: metrics.appendTimer,
  }
  const { dispatch, drain } = createDispatcher({
    handlers: [
      commandsHandler,
      syncHandler,
      unwatchHandler,
      itemsHandler,
      readHandler,
      headsHandler,
      listHandler,
      typingHandler,
    ].map((create) => create(context)),
    logger,
    now,
  })

  const visitorPosts = createBuckets({ burst: limits.postBurst, perSecond: limits.postPerSecond }, now)
  const agentPosts = createBuckets({ burst: limits.agentPostBurst, perSecond: limits.agentPostPerSecond }, now)
  const proveVisitor = createProveVisitor({ directory: store.directory, now })
  const authenticate = createAuthenticate({ ...needs, proveVisitor, sessions, visitorPosts, agentPosts })

  const sockets = createSocketServer({
    ...needs,
    roles: [
      {
        namespace: '/visitor',
        authenticate: authenticate.visitor,
        onConnect: enter,
        onRequest: dispatch,
        onDisconnect: leave,
      },
      {
        namespace: '/agent',
        authenticate: authenticate.agent,
        onConnect: enter,
        onRequest: dispatch,
        onDisconnect: leave,
      },
    ],
  })

  const unsubscribe = log.onCommit(
    createFanOut({ ...context, roster, presences, broadcast: (to, packet) => broadcast(to, 'events', packet) }),
  )
  const sessionCheck = createSessionCheck({
    ...needs,
    sessions,
    roster,
    presences,
    buckets: [visitorPosts, agentPosts],
  })
  metrics.observe({
    sockets: () => ({ visitor: sessions.visitors.size, agent: sessions.agents.size }),
    waitingBatches: () => log.waiting,
  })

  function enter(session: Session): void {
    sessions.add(session)
    greet(session).catch((error: unknown) => {
      logger.error({ err: error }, 'unable to welcome a socket')
      session.wire.disconnect()
    })
  }

  async function greet(session: Session): Promise<void> {
    if (session.kind === 'visitor') session.wire.emit('welcome', await greetVisitor(session))
    else session.wire.emit('welcome', await greetAgent(session))
  }

  function greetVisitor(session: VisitorSession) {
    presences.visitorChanged(session.visitor)
    return welcome.visitor(session)
  }

  async function greetAgent(session: AgentSession) {
    await roster.load(session.workspace)
    presences.agentChanged(session.workspace)
    return welcome.agent(session)
  }

  function leave(session: Session): void {
    watchers.removeAll(session)
    sessions.remove(session)
    hints.forget(session)
    if (session.kind === 'visitor') presences.visitorChanged(session.visitor)
    else presences.agentChanged(session.workspace)
  }

  return {
    roster,
    attach: sockets.attach,
    endSession: sessionCheck.end,
    drain,
    close: async () => {
      sessionCheck.close()
      await sockets.close({ code: 'overloaded', message: 'the server is stopping', retryAfter: RESTART_MS })
      unsubscribe()
      hints.close()
      presences.close()
    },
  }
}
