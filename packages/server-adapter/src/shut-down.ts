// How a running server ends, so that nobody loses anything: a balancer learns first, then nothing new comes in, what is
// in hand is finished, and only then the clients are sent elsewhere. Each step has a bound: a server that must stop does.

import type { Server as HttpServer } from 'node:http'
import type { Logger } from 'pino'
import type { Retention } from './erasure/retention.ts'
import type { Gateway } from './gateway/gateway.ts'
import type { RequestsInFlight } from './http/requests-in-flight.ts'
import { within } from './lib/within.ts'
import type { Log } from './log/log.ts'
import type { Readers } from './readers/create-readers.ts'

/** A file of 16 MB over a slow phone takes longer; it is sent again. */
const REQUESTS_WITHIN_MS = 10_000

/** Some seconds of a slow disk. What a job has not done by then, the next holder of its lease does. */
const WORK_WITHIN_MS = 5_000

/** How often connections that have become idle are looked for. */
const IDLE_BEAT_MS = 50

export interface ShutDownNeeds {
  /** HTTP servers of our own. */
  readonly servers: readonly HttpServer[]
  readonly requests: RequestsInFlight
  readonly readers: Readers
  readonly retention: Retention
  readonly gateway: Gateway
  readonly log: Log
  readonly logger: Logger
  /** How long health says `draining` while everything goes on. */
  readonly drainWaitMs: number
}

/** Resolves when nothing runs any more that needs the store. */
export async function shutDown(needs: ShutDownNeeds): Promise<void> {
  const { servers, requests, readers, retention, gateway, log, logger, drainWaitMs } = needs
  if (drainWaitMs > 0) {
    logger.info({ ms: drainWaitMs }, 'draining: waiting for the balancer to look elsewhere')
    await new Promise((resolve) => setTimeout(resolve, drainWaitMs))
  }
  const closed = servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve())))
  // A connection kept alive by its client is idle only after its last answer.
  const beat = setInterval(() => servers.forEach((server) => server.closeIdleConnections()), IDLE_BEAT_MS)
  try {
    await Promise.all([
      within(REQUESTS_WITHIN_MS, requests.drain()),
      within(WORK_WITHIN_MS, readers.close()),
      within(WORK_WITHIN_MS, retention.close()),
      within(WORK_WITHIN_MS, gateway.drain()),
    ])
    await within(WORK_WITHIN_MS, log.close())
    await gateway.close()
  } finally {
    clearInterval(beat)
  }
  for (const server of servers) server.closeAllConnections()
  await Promise.all(closed)
}
