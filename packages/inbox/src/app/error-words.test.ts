import { PendopoError } from '@pendopo/sdk/inbox'
import { describe, expect, it } from 'vitest'
import { toActionWords, toLoginWords } from './error-words.ts'

describe('errors in words', () => {
  it('[IN2] of a sign-in tell what to do, and when', () => {
    expect(toLoginWords(new PendopoError('wrong_credentials', 'x'))).toContain('do not belong together')
    expect(toLoginWords(new PendopoError('rate_limited', 'x', { retryAfter: 45_000 }))).toBe(
      'Too many tries. Wait 45 seconds, then try again.',
    )
    expect(toLoginWords(new PendopoError('rate_limited', 'x', { retryAfter: 601_000 }))).toContain('11 minutes')
    expect(toLoginWords(new TypeError('fetch failed'))).toContain('Check your connection')
  })

  it('[IN9] of an action say what was not done, and never show a code alone', () => {
    expect(toActionWords(new PendopoError('forbidden', 'x'), 'assign this')).toBe(
      'Unable to assign this: your role does not allow it.',
    )
    expect(toActionWords(new Error('x'), 'close this')).toBe('Unable to close this: something went wrong on this page.')
  })
})
