// Counters of attempts that hold on all nodes: in Redis where there is one. Where it does not answer in time, each node
// counts for itself: nobody waits for it, and nobody is let in uncounted.

import type { Logger } from 'pino'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { createRedisClient, endRedisClient } from './redis-bus.ts'

/** A person who signs in waits no longer than that for a counter. */
const ANSWER_WITHIN_MS = 1_000

export interface Limiter {
  /** Counts one; rejects with a RateLimiterRes where it is one too many. */
  consume(key: string): Promise<unknown>
  /** Gives one back. */
  reward(key: string): Promise<unknown>
  /** Forgets what was counted. */
  delete(key: string): Promise<unknown>
}

interface Rate {
  readonly points: number
  /** In seconds. */
  readonly duration: number
}

export interface Limiters {
  /** The same name counts together on all nodes. */
  open(name: string, rate: Rate): Limiter
  close(): void
}

export function createLimiters(redis: string | undefined, installation: string, logger: Logger): Limiters {
  if (redis === undefined) return createOwnLimiters()
  const client = createRedisClient(redis, logger)
  client.connect().catch((error: unknown) => logger.debug({ err: error }, 'the counters were closed before Redis came'))

  return {
    open: (name, rate) => {
      const keyPrefix = `pendopo:${installation}:${name}`
      const own = new RateLimiterMemory({ ...rate, keyPrefix })
      const shared = new RateLimiterRedis({
        ...{ ...rate, keyPrefix, storeClient: client },
        ...{ useRedisPackage: true, rejectIfRedisNotReady: true },
      })
      return {
        consume: (key) => orElse(shared.consume(key), () => own.consume(key)),
        reward: (key) => orElse(shared.reward(key), () => own.reward(key)),
        delete: (key) => orElse(shared.delete(key), () => own.delete(key)),
      }
    },
    close: () => endRedisClient(client),
  }
}

/** Of a node that is alone. */
export const createOwnLimiters = (): Limiters => ({
  open: (_name, rate) => new RateLimiterMemory(rate),
  close: () => {},
})

async function orElse(asked: Promise<unknown>, own: () => Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time')), ANSWER_WITHIN_MS)
  })
  try {
    return await Promise.race([asked, late])
  } catch (error) {
    // An answer: it was one too many.
    if (error instanceof RateLimiterRes) throw error
    return await own()
  } finally {
    clearTimeout(timer)
  }
}
