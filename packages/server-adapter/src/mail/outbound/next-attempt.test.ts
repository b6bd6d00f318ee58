import { expect, test } from 'vitest'
import { nextAttempt } from './next-attempt.ts'

const MINUTE_MS = 60_000

test('[EM60] a mail is tried again ever later, for about a day', () => {
  const waits: number[] = []
  for (let attempt = 1, wait = nextAttempt(1); wait !== null; wait = nextAttempt(++attempt))
    waits.push(wait / MINUTE_MS)
  expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  expect(waits.reduce((sum, wait) => sum + wait, 0) / 60).toBeCloseTo(24, 0)
  expect(nextAttempt(1_000)).toBeNull()
})

test('[EM60] the time a server names is waited for where it is longer, within the hour', () => {
  expect(nextAttempt(1, 5 * MINUTE_MS)).toBe(5 * MINUTE_MS)
  expect(nextAttempt(7, 5 * MINUTE_MS)).toBe(60 * MINUTE_MS)
  expect(nextAttempt(1, 600 * MINUTE_MS)).toBe(60 * MINUTE_MS)
})
