import { readFileSync } from 'node:fs'
import { PendopoError } from '@pendopo/sdk/inbox'
import { describe, expect, it } from 'vitest'
import {
  toActionWords,
  toCodeWords,
  toLoginWords,
  toPasswordWords,
  toProofWords,
  toRefusalWords,
} from './error-words.ts'

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

  /** The table itself, with the reaction it asks for: the inbox does not carry it. */
  const table = readFileSync(new URL('../../../protocol/src/errors.ts', import.meta.url), 'utf8')
  const codes = [...table.matchAll(/^ {2}(\w+): '(retry|give-up|sign-in|reload)',$/gm)].map(([, code, does]) => [
    code,
    does,
  ])

  it('[IN9] every code of the table has words that fit what one can do about it', () => {
    expect(codes.length).toBeGreaterThan(14)
    for (const [code = '', reaction] of codes) {
      const error = new PendopoError(code as ConstructorParameters<typeof PendopoError>[0], 'x', { retryAfter: 5_000 })
      const words = toActionWords(error, 'do this')
      expect(words).toMatch(/^Unable to do this: [a-z][^_]+\.$/)
      expect([code, /try again|wait/.test(words)]).toEqual([code, reaction === 'retry'])
      for (const hasFiles of [false, true]) expect(toRefusalWords(error, hasFiles)).toMatch(/^[a-z][^_]+[^.]$/)
      for (const toWords of [toLoginWords, toPasswordWords, toCodeWords, toProofWords])
        expect(toWords(error)).toMatch(/^[A-Z][^_]+\.$/)
    }
  })

  it('[IN9] a file that is too large is not said to be too long', () => {
    const error = new PendopoError('too_large', 'x')
    expect([toRefusalWords(error), toRefusalWords(error, true)]).toEqual(['it is too long', 'the file is too large'])
  })
})
