// The whole server in one place: what it is made of, in the order in which the parts need each other.
//
//   database ── log ──┬── gateway (sockets: commands in, packets out)
//                     └── readers (timers, later e-mail and connectors)
//   auth, sites ──────┴── HTTP (widget, inbox, sign-in, health)

import { createServer, type RequestListener, type Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAgentSessions } from './auth/agent-sessions.ts'
import { createSignIn } from './auth/login.ts'
import { createOriginGuard } from './auth/origin-guard.ts'
import { createPasswords } from './auth/passwords.ts'
import { createRequestFacts } from './auth/request-facts.ts'
import { createGateway } from './gateway/gateway.ts'
import { toAgentProfile } from './gateway/welcome.ts'
import { agentApi } from './http/agent-api.ts'
import { demoRoutes } from './http/demo.ts'
import { createHttpHandler } from './http/http-handler.ts'
import { inboxRoutes } from './http/inbox.ts'
import { operationRoutes } from './http/operation.ts'
import { originRoutes } from './http/origin.ts'
import { createPublicFiles } from './http/public-files.ts'
import { widgetRoutes } from './http/widget.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createLog } from './log/create-log.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openDatabase } from './open-database.ts'
import { resolveOptions, type PendopoOptions } from './options.ts'
import { findPackage } from './package-root.ts'
import { systemClock } from './readers/clock.ts'
import { createReaders } from './readers/create-readers.ts'
import { createIdleClose } from './readers/idle-close/idle-close.ts'
import { createSiteDirectory } from './sites/site-directory.ts'

/** A running server: mount it, or let it listen by itself. */
export interface Pendopo extends Installation {
  /**
   * Puts the sockets on an HTTP server, and the handler too where the server has none of its own yet. Once.
   * Under Express: `app.use('/chat', pendopo.handler)`, then `pendopo.attach(createServer(app))`.
   */
  attach(server: HttpServer | HttpsServer): void
  /** A Node `(request, response)` handler for everything below `basePath`. */
  readonly handler: RequestListener
  /** Listens on a server of its own. Rejects where the port is taken. */
  listen(port: number, host?: string): Promise<{ readonly server: HttpServer; readonly port: number }>
  /** Takes no more, writes what is in hand, tells the sockets, closes the database. May be called twice. */
  close(): Promise<void>
}

/** A request that takes longer to arrive is somebody holding a connection. */
const REQUEST_WITHIN_MS = 10_000

/** Opens the database and builds the server around it. Rejects with a StoreError where the database does not open. */
export async function createPendopo(options: PendopoOptions): Promise<Pendopo> {
  const settings = resolveOptions(options)
  const { basePath, logger, limits } = settings
  const { folder, version } = findPackage()
  const now = Date.now

  // What is remembered, and what happens by itself.
  const readers = settings.idleCloseMs > 0 ? [createIdleClose(settings)] : []
  const store = settings.store ?? (await openDatabase(settings.database, readers))
  const log = createLog({
    store,
    now,
    onFault: (error) => logger.error({ err: error }, 'a listener of the log failed'),
  })
  const sites = createSiteDirectory(store.directory, now)

  // Who may.
  const facts = createRequestFacts(settings)
  const guard = createOriginGuard({ sites, facts })
  const passwords = createPasswords()
  const agentSessions = createAgentSessions({ store, limits, now })
  const signIn = createSignIn({ directory: store.directory, passwords, sessions: agentSessions, limits })
  const installation = createInstallation({ store, passwords, now })

  // What is said and heard.
  const metrics = createMetrics()
  const path = `${basePath}/socket.io`
  const gateway = createGateway({ ...settings, path, store, log, sites, guard, facts, agentSessions, metrics, now })
  await gateway.roster.load(await store.directory.defaultWorkspace())

  const files = createPublicFiles(settings.publicDir ?? join(folder, 'dist/public'))
  const profile = (agent: Parameters<typeof toAgentProfile>[0]) => toAgentProfile(agent, gateway.roster)
  const handler = createHttpHandler({
    ...{ facts, limits },
    basePath,
    logger,
    home: settings.demo ? '/demo' : '/inbox/',
    routes: [
      operationRoutes({ store, metrics, version }),
      agentApi({ ...settings, signIn, agentSessions, guard, facts, profile, endSession: gateway.endSession }),
      inboxRoutes({ basePath, files, facts }),
      ...(settings.demo ? [demoRoutes({ basePath })] : []),
      originRoutes({ sites, guard }),
      widgetRoutes({ sites, files }),
    ],
  })

  const running = createReaders({
    ...{ store, log, readers, clock: systemClock },
    onFailure: ({ job: { reader, stream }, error, parked }) =>
      logger.warn({ err: error, reader, stream, parked }, 'a reader failed'),
    onFault: (error) => logger.error({ err: error }, 'unable to reach the jobs of the readers'),
  })

  const own: HttpServer[] = []
  let closing: Promise<void> | undefined

  function attach(server: HttpServer | HttpsServer): void {
    // Before the sockets: socket.io puts itself in front of the listeners it finds.
    if (server.listenerCount('request') === 0) server.on('request', handler)
    gateway.attach(server)
  }

  async function listen(port: number, host?: string) {
    const server = createServer({ requestTimeout: REQUEST_WITHIN_MS, headersTimeout: REQUEST_WITHIN_MS })
    attach(server)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    own.push(server)
    return { server, port: portOf(server.address()) }
  }

  async function shutDown(): Promise<void> {
    const closed = own.map((server) => new Promise<void>((resolve) => void server.close(() => resolve())))
    await running.close()
    await gateway.drain()
    await log.close()
    await gateway.close()
    for (const server of own) server.closeAllConnections()
    await Promise.all(closed)
    metrics.close()
    await store.close()
    logger.debug('stopped')
  }

  return { ...installation, attach, handler, listen, close: () => (closing ??= shutDown()) }
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' ? (address?.port ?? 0) : 0
