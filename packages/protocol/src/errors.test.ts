import { expect, it } from 'vitest'
import { ERROR_CODES, isErrorCode, isRetryable } from './errors.ts'

it('[PR9] every code says how to react', () => {
  for (const reaction of Object.values(ERROR_CODES))
    expect(['retry', 'give-up', 'sign-in', 'reload']).toContain(reaction)
  expect(isRetryable('unavailable')).toBe(true)
  expect(isRetryable('forbidden')).toBe(false)
})

it('[PR9] a word that is no code is none, not even one every object has', () => {
  expect(isErrorCode('rate_limited')).toBe(true)
  for (const value of ['toString', '__proto__', '', 7, null]) expect(isErrorCode(value)).toBe(false)
})
