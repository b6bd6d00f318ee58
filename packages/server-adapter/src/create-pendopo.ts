// The whole server in one place: what it is made of, in the order in which the parts need each other.
//
//   database ── log ──┬── gateway (sockets: commands in, packets out) ── cluster (other nodes)
//                     └── readers (timers, later e-mail and connectors)
//   auth, sites ──────┴── HTTP (widget, inbox, sign-in, files, health) ── file storage

import { createServer, type Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAgentSessions } from './auth/agent-sessions.ts'
import { createSignIn } from './auth/login.ts'
import { createOriginGuard } from './auth/origin-guard.ts'
import { createPasswords } from './auth/passwords.ts'
import { createRequestFacts } from './auth/request-facts.ts'
import { createTwoStep } from './auth/two-step.ts'
import { createProveVisitor } from './auth/visitor.ts'
import { createFileUrls } from './files/file-urls.ts'
import { createSweep } from './files/sweep.ts'
import { createUploads } from './files/uploads.ts'
import { createLimiters } from './cluster/limiters.ts'
import { openCluster } from './cluster/open-cluster.ts'
import { createRetention } from './erasure/retention.ts'
import { createGateway } from './gateway/gateway.ts'
import { createTeamTyping } from './gateway/team-typing.ts'
import { toAgentProfile } from './gateway/welcome.ts'
import { agentApi } from './http/agent-api.ts'
import { dropSlowBodies } from './http/body-deadline.ts'
import { demoRoutes } from './http/demo.ts'
import { fileRoutes } from './http/files.ts'
import { createHttpHandler } from './http/http-handler.ts'
import { inboxRoutes } from './http/inbox.ts'
import { mailRoutes } from './http/mail.ts'
import { operationRoutes } from './http/operation.ts'
import { originRoutes } from './http/origin.ts'
import { privacyRoutes } from './http/privacy.ts'
import { createPublicFiles } from './http/public-files.ts'
import { settingsRoutes } from './http/settings.ts'
import { createSignedIn } from './http/signed-in.ts'
import { trackRequests } from './http/requests-in-flight.ts'
import { widgetRoutes } from './http/widget.ts'
import { createInstallation } from './installation.ts'
import { createLog } from './log/create-log.ts'
import { createMailReading, createMailService } from './mail/service/mail-service.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openDatabase } from './open-database.ts'
import { resolveOptions, type PendopoOptions } from './options.ts'
import { findPackage } from './package-root.ts'
import type { Pendopo } from './pendopo.ts'
import { systemClock } from './readers/clock.ts'
import { createReaders } from './readers/create-readers.ts'
import { createIdleClose } from './readers/idle-close/idle-close.ts'
import { shutDown } from './shut-down.ts'
import { createSiteDirectory } from './sites/site-directory.ts'

/** Opens the database and builds the server around it. Rejects with a StoreError where the database does not open. */
export async function createPendopo(options: PendopoOptions): Promise<Pendopo> {
  const settings = resolveOptions(options)
  const { basePath, logger, limits } = settings
  const { storage, origin: filesOrigin } = settings.files
  const { folder, version } = findPackage()
  const now = Date.now

  // What is remembered, and what happens by itself.
  const mailReading = createMailReading()
  const readers = [...(settings.idleCloseMs > 0 ? [createIdleClose(settings)] : []), mailReading]
  const onMigration = (step: string) => logger.info({ step }, 'changing the schema; a large database takes a while')
  const store = settings.store ?? (await openDatabase(settings.database, readers, onMigration))
  const workspace = await store.directory.defaultWorkspace()
  const cluster = openCluster(settings, workspace)
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
  const proveVisitor = createProveVisitor({ directory: store.directory, limits, now, salt: workspace })
  const agentSessions = createAgentSessions({ store, limits, now })
  const limiters = createLimiters(settings.redis, workspace, logger)
  const signIn = createSignIn({
    ...{ directory: store.directory, passwords, limiters, limits },
    sessions: agentSessions,
    twoStep: createTwoStep({ store: store.twoStep, now }),
  })
  const installation = createInstallation({ store, passwords, now })

  // What is sent along.
  const uploads = createUploads({ files: store.files, storage, limits, limiters })
  const fileUrls = createFileUrls({ base: filesOrigin && filesOrigin + basePath, longestMs: limits.fileUrlMs, now })

  // What leaves and comes by mail.
  const teamTyping = createTeamTyping(now)
  const mail = await createMailService({
    ...{ store, log, sites, uploads, storage, logger, limits, secret: settings.secret },
    ...{ clock: systemClock, typedAt: teamTyping.at },
  })
  mailReading.begin(mail.handle)

  // What is said and heard.
  const metrics = createMetrics()
  const path = `${basePath}/socket.io`
  const gateway = createGateway({
    ...settings,
    ...{ path, store, log, sites, guard, facts, proveVisitor, agentSessions, cluster, metrics, fileUrls, now },
    ...{ teamTyping, limiters, mailOf: mail.of },
  })
  await gateway.roster.load(workspace)

  const files = createPublicFiles(settings.publicDir ?? join(folder, 'dist/public'))
  const profile = (agent: Parameters<typeof toAgentProfile>[0]) => toAgentProfile(agent, gateway.roster)
  const signedIn = createSignedIn(agentSessions)
  const { listener, routes } = createHttpHandler({
    ...{ facts, limits },
    basePath,
    logger,
    home: settings.demo ? '/demo' : '/inbox/',
    routes: [
      operationRoutes({ store, cluster, metrics, version, isDraining: () => closing !== undefined }),
      agentApi({ ...settings, signIn, agentSessions, guard, facts, profile, revoke: gateway.revoke }),
      inboxRoutes({ basePath, files, facts, filesOrigin }),
      ...(settings.demo ? [demoRoutes({ basePath })] : []),
      fileRoutes({
        ...{ sites, guard, facts, proveVisitor, agentSessions, limits },
        ...{ uploads, files: store.files, storage, fileUrls, filesOrigin },
      }),
      mailRoutes({
        ...{ mail, sites, guard, facts, proveVisitor, limits, basePath, fileUrls, signedIn },
        files: store.files,
      }),
      settingsRoutes({ mail, installation, guard, facts, basePath, signedIn, directory: store.directory }),
      privacyRoutes({ store, storage, log, agentSessions, guard, logger, revoke: gateway.revoke }),
      originRoutes({ sites, guard }),
      widgetRoutes({ sites, files }),
    ],
  })

  const requests = trackRequests(listener)
  const { handler } = requests

  const running = createReaders({
    ...{ store, log, readers, clock: systemClock },
    onFailure: ({ job: { reader, stream }, error, parked }) =>
      logger.warn({ err: error, reader, stream, parked }, 'a reader failed'),
    onFault: (error) => logger.error({ err: error }, 'unable to reach the jobs of the readers'),
  })

  const sweep = createSweep({ files: store.files, storage, ...limits, clock: systemClock, logger })
  const retention = createRetention({
    ...{ store, storage, log, logger, clock: systemClock },
    days: settings.retentionDays,
    workspaces: async () => [await store.directory.defaultWorkspace()],
  })

  const own: HttpServer[] = []
  let closing: Promise<void> | undefined

  function attach(server: HttpServer | HttpsServer): void {
    // Before the sockets: socket.io puts itself in front of the listeners it finds.
    if (server.listenerCount('request') === 0) server.on('request', handler)
    gateway.attach(server)
  }

  async function listen(port: number, host?: string) {
    const server = createServer({ requestTimeout: limits.uploadWithinMs, headersTimeout: limits.bodyWithinMs })
    attach(server)
    dropSlowBodies(server, limits)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    own.push(server)
    return { server, port: portOf(server.address()) }
  }

  async function close(): Promise<void> {
    sweep.close()
    await shutDown({ ...settings, servers: own, requests, readers: running, retention, gateway, log })
    await mail.close()
    await cluster.close()
    limiters.close()
    metrics.close()
    await store.close()
    logger.debug('stopped')
  }

  return { ...installation, attach, handler, routes, listen, close: () => (closing ??= close()) }
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' ? (address?.port ?? 0) : 0
