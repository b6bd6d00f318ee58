// What operators and their tools ask: is it up, and how busy.

import { Hono } from 'hono'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../store/store.ts'
import type { HttpEnv } from './http-env.ts'

/** A database that takes longer to say hello is not there for a load balancer. */
const PING_WITHIN_MS = 2_000

interface Needs {
  readonly store: Pick<Store, 'ping'>
  readonly metrics: Metrics
  readonly version: string
}

export function operationRoutes({ store, metrics, version }: Needs): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/health', async (context) => {
    const isUp = await answers(store)
    context.header('Cache-Control', 'no-store')
    return context.json(
      { status: isUp ? 'ok' : 'failing', database: isUp ? 'ok' : 'failing', version },
      isUp ? 200 : 503,
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
