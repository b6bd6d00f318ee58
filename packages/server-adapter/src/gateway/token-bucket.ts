// How much of something in how short a time. Two numbers and no timer per bucket, since there is one for every socket.

export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #at: number

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** Takes up to `wanted` and returns how many there were. */
  take(wanted: number, now: number): number {
    this.#refill(now)
    const taken = Math.min(wanted, Math.floor(this.#tokens))
    this.#tokens -= taken
    return taken
  }

  /** Milliseconds until one is there. */
  retryAfter(now: number): number {
    this.#refill(now)
    return Math.max(0, Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1_000))
  }

  /** Nobody would notice a fresh one in its place. */
  isFull(now: number): boolean {
    this.#refill(now)
    return this.#tokens >= this.#rate.burst
  }

  #refill(now: number): void {
    this.#tokens = Math.min(
      this.#rate.burst,
      this.#tokens + (Math.max(0, now - this.#at) / 1_000) * this.#rate.perSecond,
    )
    this.#at = now
  }
}

/** Buckets by key, so that a reconnect does not refill one. */
export interface Buckets {
  of(key: string): TokenBucket
  /** Forgets the full ones. */
  sweep(): void
}

export function createBuckets(rate: Rate, now: () => number): Buckets {
  const buckets = new Map<string, TokenBucket>()
  return {
    of: (key) => {
      const found = buckets.get(key)
      if (found !== undefined) return found
      const made = new TokenBucket(rate, now())
      buckets.set(key, made)
      return made
    },
    sweep: () => {
      for (const [key, bucket] of buckets) if (bucket.isFull(now())) buckets.delete(key)
    },
  }
}
