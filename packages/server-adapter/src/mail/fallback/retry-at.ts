/** The first wait, and the longest between two tries. */
const FIRST_MS = 60_000
const LONGEST_MS = 3_600_000
/** A day of trying: then somebody has to know. */
export const GIVE_UP_AFTER_MS = 86_400_000

/**
 * When a mail that was planned then is tried again, or `null` when it is given up. It waits as long as it has been trying,
 * within bounds: which try it is need not be stored.
 */
export function retryAt(plannedAt: number, now: number, atLeastMs = 0): number | null {
  const age = now - plannedAt
  if (age >= GIVE_UP_AFTER_MS) return null
  const wait = Math.min(Math.max(age, FIRST_MS), LONGEST_MS)
  return now + Math.max(wait, Math.min(atLeastMs, LONGEST_MS))
}
