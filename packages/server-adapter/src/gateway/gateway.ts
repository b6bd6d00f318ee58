// Sockets in, commands to the log, commits back out to sockets. Builds the parts and ties a connection's life to them;
// the rules are in the parts.

import type { Logger } from 'pino'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { ProveVisitor } from '../auth/visitor.ts'
import type { FileUrls } from '../files/file-urls.ts'
import type { Cluster } from '../cluster/create-cluster.ts'
import type { Limiters } from '../cluster/limiters.ts'
import type { Log } from '../log/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { ServerLimits } from '../options.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { Store } from '../store/store.ts'
import { createAttendance } from './attendance.ts'
import { createAuthenticate } from './authenticate.ts'
import { createCatchUp } from './catch-up.ts'
import { createCompare } from './compare.ts'
import type { Broadcast, GatewayContext } from './context.ts'
import { createDispatcher } from './define-handler.ts'
import { createFanOut } from './fan-out.ts'
import { commandsHandler } from './handlers/commands.ts'
import { fileUrlsHandler } from './handlers/file-urls.ts'
import { listHandler } from './handlers/list.ts'
import { logoutHandler } from './handlers/logout.ts'
import { headsHandler, itemsHandler, readHandler, unwatchHandler } from './handlers/reading.ts'
import { syncHandler } from './handlers/sync.ts'
import type { TeamTyping } from './team-typing.ts'
import { typingHandler } from './handlers/typing.ts'
import { createHints } from './hints.ts'
import { createOpeningLimits } from './opening-limits.ts'
import { joinOtherNodes } from './other-nodes.ts'
import { createPassing } from './passing.ts'
import { createPeople } from './people.ts'
import { createPresences } from './presence.ts'
import { createRevoke, type Revoke } from './revoke.ts'
import { createRoster, type Roster } from './roster.ts'
import { createSessionCheck } from './session-check.ts'
import type { AgentSession, Session, VisitorSession } from './session.ts'
import { createSessions } from './sessions.ts'
import { createSocketServer, type SocketServer } from './socket-server.ts'
import { createBuckets } from './token-bucket.ts'
import { createWatchers } from './watchers.ts'
import { createWelcome, type MailOf } from './welcome.ts'

interface Needs {
  readonly path: string
  readonly store: Store
  readonly log: Log
  readonly sites: SiteDirectory
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly proveVisitor: ProveVisitor
  readonly agentSessions: AgentSessions
  readonly cluster: Cluster
  readonly limiters: Pick<Limiters, 'open'>
  readonly metrics: Metrics
  readonly fileUrls: FileUrls
  readonly limits: ServerLimits
  readonly logger: Logger
  readonly sessionCheckMs: number
  readonly teamTyping: TeamTyping
  readonly mailOf: MailOf
  readonly now: () => number
}

export interface Gateway {
  readonly attach: SocketServer['attach']
  readonly roster: Roster
  /** Ends the sockets of whoever lost the right to them. */
  readonly revoke: Revoke
  /** Refuses new requests; resolves when those before are answered. */
  drain(): Promise<void>
  /** Tells every socket that the server stops and when to try elsewhere, and ends it. */
  close(): Promise<void>
}

export function createGateway(needs: Needs): Gateway {
  const { store, log, cluster, sites, limits, logger, now, metrics, fileUrls } = needs
  const sessions = createSessions()
  const revokeHere = createRevoke(sessions)
  const revoke: Revoke = (revocation) => {
    revokeHere(revocation)
    cluster.signal({ kind: 'revoked', revocation })
  }
  const attendance = createAttendance({ sessions, cluster, now })
  const watchers = createWatchers()
  const hints = createHints(now)
  const roster = createRoster(store.directory, attendance)
  const people = createPeople({ directory: store.directory, roster, sessions, attendance })
  const broadcast: Broadcast = (...args) => sockets.broadcast(...args)
  const presences = createPresences({
    ...{ directory: store.directory, roster, sessions, attendance, watchers, logger, now },
    broadcast: (to, packet) => broadcast(to, 'presence', packet),
  })
  const welcome = createWelcome({ store, sites, roster, presences, mailOf: needs.mailOf })
  const passing = createPassing({ sessions, watchers, hints, broadcast, teamTyping: needs.teamTyping })
  const fanOut = createFanOut({
    ...{ sessions, watchers, people, roster, presences, hints },
    broadcast: (to, packet) => broadcast(to, 'events', packet),
  })
  const catchUp = createCatchUp({
    ...{ store, sessions, watchers, fanOut, logger },
    onOverflow: () => compare.request(),
  })
  const compare = createCompare({
    ...{ store, sessions, watchers, roster, presences, catchUp, broadcast, logger, now },
  })

  const context: GatewayContext = {
    ...{ store, log, limits, now, sessions, attendance, watchers, people, passing, catchUp, cluster, broadcast },
    ...{ fileUrls, revoke },
    openings: createOpeningLimits(limits, needs.limiters),
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
      logoutHandler,
      listHandler,
      fileUrlsHandler,
      typingHandler,
    ].map((create) => create(context)),
    logger,
    now,
  })

  const visitorPosts = createBuckets({ burst: limits.postBurst, perSecond: limits.postPerSecond }, now)
  const agentPosts = createBuckets({ burst: limits.agentPostBurst, perSecond: limits.agentPostPerSecond }, now)
  const authenticate = createAuthenticate({ ...needs, sessions, visitorPosts, agentPosts })

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

  const unsubscribe = log.onCommit((commits) => {
    fanOut.committed(commits)
    catchUp.committed(commits)
  })
  const buckets = [visitorPosts, agentPosts]
  const sessionCheck = createSessionCheck({
    ...{ ...needs, sessions, roster, presences, buckets },
    ...{ directory: store.directory, revoke: revokeHere },
  })
  const leaveOtherNodes = joinOtherNodes({
    ...{ cluster, log, attendance, presences, catchUp, compare, passing, roster, logger, revoke: revokeHere },
  })
  metrics.observe({
    sockets: () => ({ visitor: sessions.visitors.size, agent: sessions.agents.size }),
    waitingBatches: () => log.waiting,
  })

  function enter(session: Session): void {
    if (session.kind === 'visitor' && session.visitor.took !== undefined)
      revoke({ kind: 'identity', identity: session.visitor.took })
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
    presences.visitorChanged(session.workspace, session.visitor)
    return welcome.visitor(session)
  }

  async function greetAgent(session: AgentSession) {
    await roster.load(session.workspace)
    presences.agentsChanged(session.workspace, [session.agent.id])
    return welcome.agent(session)
  }

  function leave(session: Session): void {
    watchers.removeAll(session)
    sessions.remove(session)
    hints.forget(session)
    if (session.kind === 'visitor') presences.visitorChanged(session.workspace, session.visitor)
    else presences.agentsChanged(session.workspace, [session.agent.id])
  }

  return {
    roster,
    attach: sockets.attach,
    revoke,
    drain,
    close: async () => {
      sessionCheck.close()
      await sockets.close({ code: 'overloaded', message: 'the server is stopping' })
      unsubscribe()
      leaveOtherNodes()
      attendance.close()
      compare.close()
      catchUp.close()
      hints.close()
      presences.close()
    },
  }
}
