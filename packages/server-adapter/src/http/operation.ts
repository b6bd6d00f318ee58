// What operators and their tools ask: is it up, and how busy.

import { Hono } from 'hono'
import type { Cluster } from '../cluster/create-cluster.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../store/store.ts'
import type { HttpEnv } from './http-env.ts'

/** A database that takes longer to say hello is not there for a load balancer. */
const PING_WITHIN_MS = 2_000

interface Needs {
  readonly store: Pick<Store, 'ping'>
  readonly cluster: Pick<Cluster, 'state'>
  readonly metrics: Metrics
  readonly version: string
  /** The server is about to stop: a balancer is to send people elsewhere. */
  isDraining(): boolean
}

export function operationRoutes({ store, cluster, metrics, version, isDraining }: Needs): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/health', async (context) => {
    const isUp = await answers(store)
    const isCut = cluster.state === 'cut'
    context.header('Cache-Control', 'no-store')
    const status = isDraining() ? 'draining' : !isUp ? 'failing' : isCut ? 'degraded' : 'ok'
    return context.json(
      {
        status,
        database: isUp ? 'ok' : 'failing',
        ...(cluster.state !== 'alone' && { redis: isCut ? 'failing' : 'ok' }),
        version,
      },
      // A node that does not hear the others serves all the same: a balancer must keep it.
      status === 'ok' || status === 'degraded' ? 200 : 503,
    )
  })

  app.get('/metrics', async (context) => {
    context.header('Content-Type', metrics.contentType)
    context.header('Cache-Control', 'no-store')
    return context.body(await metrics.text())
  })

  return app
}

function answers(store: Pick<Store, 'ping'>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_WITHIN_MS)
    store
      .ping()
      .then(() => resolve(true))
      .catch(() => resolve(false))
      .finally(() => clearTimeout(timer))
  })
}
