// New conversations an hour, by visitor and by address. Counted when one was made: a get that found one costs nothing.

import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { VisitorSession } from './session.ts'

const HOUR_S = 3_600

export interface OpeningLimits {
  /** Rejects with `rate_limited` where one more would be too many. */
  check(session: VisitorSession): Promise<void>
  count(session: VisitorSession): Promise<void>
}

export function createOpeningLimits(limits: ServerLimits): OpeningLimits {
  const visitor = {
    most: limits.newConversationsPerHour,
    made: counter(),
    keyOf: ({ visitor }: VisitorSession) => visitor.browser,
  }
  const address = {
    most: limits.newConversationsPerHourPerAddress,
    made: counter(),
    keyOf: (session: VisitorSession) => session.address,
  }
  return {
    check: async (session) => {
      for (const { most, made, keyOf } of [visitor, address]) {
        const present = await made.get(keyOf(session))
        if (present === null || present.consumedPoints < most) continue
        throw new RequestError('rate_limited', 'too many new conversations; wait', present.msBeforeNext)
      }
    },
    count: async (session) => {
      for (const { made, keyOf } of [visitor, address]) await made.penalty(keyOf(session))
    },
  }
}

const counter = () => new RateLimiterMemory({ points: 1, duration: HOUR_S })
