// New conversations an hour, by visitor, by address and by site, on all nodes together. Taken before, so that many at once
// do not all pass, and given back where none was made: a get that found one costs nothing.

import { takeOne } from '../auth/take-one.ts'
import type { Limiters } from '../cluster/limiters.ts'
import type { ServerLimits } from '../options.ts'
import type { VisitorSession } from './session.ts'

const HOUR_S = 3_600

export interface OpeningLimits {
  /** Takes one; rejects with `rate_limited` where it would be too many. Resolves with what gives it back. */
  take(session: VisitorSession): Promise<() => Promise<void>>
}

export function createOpeningLimits(limits: ServerLimits, limiters: Pick<Limiters, 'open'>): OpeningLimits {
  const counter = (name: string, points: number) => limiters.open(`openings-${name}`, { points, duration: HOUR_S })
  const visitor = counter('visitor', limits.newConversationsPerHour)
  const address = counter('address', limits.newConversationsPerHourPerAddress)
  const site = counter('site', limits.newConversationsPerHourPerSite)
  return {
    take: async (session) => {
      const taken: (() => Promise<unknown>)[] = []
      const giveBack = async () => {
        for (const one of taken.splice(0)) await one()
      }
      for (const [made, key] of [
        [visitor, session.visitor.browser],
        [address, session.address],
        [site, session.site.id],
      ] as const) {
        // What is one too many counts as well, until it is given back.
        taken.push(() => made.reward(key))
        try {
          await takeOne(made, key, 'too many new conversations; wait')
        } catch (error) {
          await giveBack()
          throw error
        }
      }
      return giveBack
    },
  }
}
