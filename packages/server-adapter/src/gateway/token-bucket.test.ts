import { describe, expect, it } from 'vitest'
import { createBuckets, TokenBucket } from './token-bucket.ts'

describe('TokenBucket', () => {
  it('[SC7] gives a burst, then so many a second, and says how long to wait', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 0)
    expect(bucket.take(5, 0)).toBe(3)
    expect(bucket.take(1, 0)).toBe(0)
    expect(bucket.retryAfter(0)).toBe(500)
    expect(bucket.take(5, 1_000)).toBe(2)
    expect(bucket.isFull(1_000)).toBe(false)
    expect(bucket.isFull(60_000)).toBe(true)
  })

  it('[SC7] a clock that goes back gives nothing away', () => {
    const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, 10_000)
    expect(bucket.take(1, 10_000)).toBe(1)
    expect(bucket.take(1, 0)).toBe(0)
  })

  it('[SC7] a reconnect does not refill a bucket, and full ones are forgotten', () => {
    let now = 0
    const buckets = createBuckets({ burst: 1, perSecond: 1 }, () => now)
    const first = buckets.of('a')
    first.take(1, now)
    buckets.sweep()
    expect(buckets.of('a')).toBe(first)
    now = 5_000
    buckets.sweep()
    expect(buckets.of('a')).not.toBe(first)
  })
})
