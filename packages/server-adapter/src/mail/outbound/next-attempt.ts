const MINUTE_MS = 60_000

/** Greylisting lets a mail in after some minutes, a server that is down comes back within the hour: seldom enough for both. */
const LONGEST_WAIT_MS = 60 * MINUTE_MS

/** Six waits that double (63 minutes), then hourly: a day in all. */
const ATTEMPTS = 29

/**
 * How long to wait after this many failed attempts (the first is 1), or `null` when it is time to tell the sender. A time
 * that the server named is waited for where it is longer, within the hour.
 */
export function nextAttempt(attempt: number, retryAfterMs = 0): number | null {
  if (attempt >= ATTEMPTS + 1) return null
  const wait = Math.min(MINUTE_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)
  return Math.max(wait, Math.min(retryAfterMs, LONGEST_WAIT_MS))
}
