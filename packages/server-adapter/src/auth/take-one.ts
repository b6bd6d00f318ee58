import { RateLimiterRes } from 'rate-limiter-flexible'
import type { Limiter } from '../cluster/limiters.ts'
import { RequestError } from '../request-error.ts'

/** Counts one; rejects with `rate_limited` and the time to wait where it is one too many. */
export async function takeOne(limiter: Pick<Limiter, 'consume'>, key: string, message: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (error) {
    if (error instanceof RateLimiterRes) throw new RequestError('rate_limited', message, error.msBeforeNext)
    throw error
  }
}
