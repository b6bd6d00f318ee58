import { describe, expect, it } from 'vitest'
import { createTotpSecret, toBase32, totpAt, totpStepOf, toTotpUri } from './totp.ts'

/** The key of RFC 6238, appendix B. */
const SECRET = toBase32(Buffer.from('12345678901234567890'))

describe('codes of an authenticator app', () => {
  // The last six digits of the eight that the RFC prints.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('[SC35] are those of RFC 6238 at second %i', (second, code) => {
    expect(totpAt(SECRET, Math.floor(second / 30))).toBe(code)
    expect(totpStepOf(SECRET, code, second * 1_000)).toBe(Math.floor(second / 30))
  })

  it('[SC35] are taken one step early and late, and no further', () => {
    const now = 1_234_567_890_000
    const step = Math.floor(now / 30_000)
    const taken = [-2, -1, 0, 1, 2].map((off) => totpStepOf(SECRET, totpAt(SECRET, step + off), now))
    expect(taken).toEqual([null, step - 1, step, step + 1, null])
    for (const typed of ['', '12345', '1234567', 'abcdef', ' 05924', '٠٠٥٩٢٤'])
      expect(totpStepOf(SECRET, typed, now)).toBeNull()
  })

  it('[SC35] come from 160 random bits, in a form apps read', () => {
    const made = Array.from({ length: 20 }, createTotpSecret)
    expect(new Set(made).size).toBe(20)
    for (const secret of made) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(toBase32(Buffer.from('hello'))).toBe('NBSWY3DP')
    const uri = new URL(toTotpUri('NBSWY3DP', 'Kopi & Co: Pagi', 'ayu+1@acme.example'))
    expect(uri.protocol).toBe('otpauth:')
    expect([uri.searchParams.get('secret'), uri.searchParams.get('issuer')]).toEqual(['NBSWY3DP', 'Kopi & Co: Pagi'])
    expect(decodeURIComponent(uri.pathname)).toBe('/Kopi & Co: Pagi:ayu+1@acme.example')
  })
})
