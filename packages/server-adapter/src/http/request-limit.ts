// How often one address may ask over HTTP at all. What many people behind one address fetch at once, and what costs
// nothing to give, is not counted: built files, the loader, and the questions of operators' tools.

import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { RequestFacts } from '../auth/request-facts.ts'
import { takeOne } from '../auth/take-one.ts'
import type { ServerLimits } from '../options.ts'
import type { HttpEnv } from './http-env.ts'

const MINUTE_S = 60
const NOT_COUNTED = /^\/(?:health|metrics|(?:inbox\/)?assets\/.*|[^/]+\/widget\.js)$/

export function requestLimit({
  facts,
  limits,
}: {
  readonly facts: RequestFacts
  readonly limits: ServerLimits
}): MiddlewareHandler<HttpEnv> {
  const byAddress = new RateLimiterMemory({ points: limits.httpPerMinute, duration: MINUTE_S })
  return async (context, next) => {
    if (!NOT_COUNTED.test(context.req.path))
      await takeOne(byAddress, facts.address(context.env.incoming), 'too many requests; wait')
    await next()
  }
}
