// New conversations an hour, by visitor and by address. Taken before, so that many at once do not all pass, and given
// back where none was made: a get that found one costs nothing.

import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { VisitorSession } from './session.ts'

const HOUR_S = 3_600

export interface OpeningLimits {
  /** Takes one; rejects with `rate_limited` where it would be too many. Resolves with what gives it back. */
  take(session: VisitorSession): Promise<() => Promise<void>>
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
  const site = {
    most: limits.newConversationsPerHourPerSite,
    made: counter(),
    keyOf: (session: VisitorSession) => session.site.id,
  }
  return {
    take: async (session) => {
      const taken: (() => Promise<unknown>)[] = []
      const giveBack = async () => {
        for (const one of taken.splice(0)) await one()
      }
      for (const { most, made, keyOf } of [visitor, address, site]) {
        const key = keyOf(session)
        const { consumedPoints, msBeforeNext } = await made.penalty(key)
        taken.push(() => made.reward(key))
        if (consumedPoints <= most) continue
        await giveBack()
        throw new RequestError('rate_limited', 'too many new conversations; wait', msBeforeNext)
      }
      return giveBack
    },
  }
}

const counter = () => new RateLimiterMemory({ points: 1, duration: HOUR_S })
