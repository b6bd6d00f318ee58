// How often one may ask over HTTP: each session or visitor's token by itself, who has neither by address and site, so that
// the people of an office behind one address do not share one allowance. The address alone is the last line. What many
// fetch at once and costs nothing to give is not counted: built files, the loader, and the questions of operators' tools.

import type { IncomingMessage } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { readSessionCookie } from '../auth/cookies.ts'
import { hashToken } from '../auth/hash.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import { takeOne } from '../auth/take-one.ts'
import type { ServerLimits } from '../options.ts'
import type { HttpEnv } from './http-env.ts'

const MINUTE_S = 60
const NOT_COUNTED = /^\/(?:health|metrics|(?:inbox\/)?assets\/.*|[^/]+\/widget(?:\.[\w-]{27})?\.js)$/
const TOO_MANY = 'too many requests; wait'

interface Needs {
  readonly facts: RequestFacts
  readonly limits: Pick<ServerLimits, 'httpPerMinute' | 'httpPerMinutePerAddress'>
}

export function requestLimit({ facts, limits }: Needs): MiddlewareHandler<HttpEnv> {
  const byAddress = new RateLimiterMemory({ points: limits.httpPerMinutePerAddress, duration: MINUTE_S })
  const byCaller = new RateLimiterMemory({ points: limits.httpPerMinute, duration: MINUTE_S })
  return async (context, next) => {
    const { path } = context.req
    if (!NOT_COUNTED.test(path)) {
      const { incoming } = context.env
      const address = facts.address(incoming)
      // First, so that made-up tokens cost what they are: requests from this address.
      await takeOne(byAddress, address, TOO_MANY)
      await takeOne(byCaller, callerOf(incoming) ?? `${address} ${path.split('/')[1] ?? ''}`, TOO_MANY)
    }
    await next()
  }
}

/** Hashed, so that no token is kept in memory. */
function callerOf({ headers }: IncomingMessage): string | undefined {
  const token = readSessionCookie(headers) ?? headers.authorization
  return token === undefined ? undefined : hashToken(token)
}
