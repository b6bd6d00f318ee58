import { RateLimiterRes, type RateLimiterMemory } from 'rate-limiter-flexible'
import { RequestError } from '../request-error.ts'

/** Counts one; rejects with `rate_limited` and the time to wait where it is one too many. */
export async function takeOne(limiter: RateLimiterMemory, key: string, message: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (error) {
    if (error instanceof RateLimiterRes) throw new RequestError('rate_limited', message, error.msBeforeNext)
    throw error
  }
}
