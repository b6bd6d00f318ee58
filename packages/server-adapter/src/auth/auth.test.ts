import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readSessionCookie, sessionCookie } from './cookies.ts'
import { createPasswords, generatePassword } from './passwords.ts'
import { createRequestFacts } from './request-facts.ts'

const CHEAP = { logN: 4, r: 1, p: 1 }

describe('passwords', () => {
  it('[SC17] are stored as salted scrypt hashes that say how they were made', async () => {
    const passwords = createPasswords(CHEAP)
    const [first, second] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')]
    expect(first).toMatch(/^scrypt\$4\$1\$1\$[\w-]{22}\$[\w-]{43}$/)
    expect(first).not.toBe(second)
    expect(await passwords.verify('correct horse', first)).toBe(true)
    expect(await passwords.verify('correct horsé', first)).toBe(false)
    expect(await createPasswords().verify('correct horse', first)).toBe(true)
  })

  it.each([null, '', 'scrypt', 'plain$4$1$1$AA$AA', 'scrypt$4$1$1$AA$'])(
    '[SC17] nothing matches the hash %j',
    async (hash) => {
      const passwords = createPasswords(CHEAP)
      for (const password of ['', ' ', 'x']) expect(await passwords.verify(password, hash)).toBe(false)
    },
  )

  it('[SC17] that are generated have 20 letters and digits without look-alikes', () => {
    const made = Array.from({ length: 50 }, generatePassword)
    expect(new Set(made).size).toBe(50)
    for (const password of made) expect(password).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{20}$/)
  })
})

describe('cookies', () => {
  it('[SC13] a session cookie is for this host and for no script', () => {
    expect(sessionCookie('t', { secure: true, maxAgeMs: 60_000 })).toBe(
      '__Host-pendopo=t; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
    )
    expect(sessionCookie(null, { secure: false, maxAgeMs: 60_000 })).toContain('Max-Age=0')
    const token = 'a'.repeat(43)
    expect(readSessionCookie({ cookie: `x=1; __Host-pendopo=${token}; pendopo=${'b'.repeat(43)}` })).toBe(token)
    expect(readSessionCookie({ cookie: 'pendopo=short' })).toBeUndefined()
    expect(readSessionCookie({})).toBeUndefined()
  })
})

describe('request facts', () => {
  const request = (remoteAddress: string, headers: Record<string, string> = {}) =>
    Object.assign(new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })), {
      headers,
    })

  it('[SC16] limits count an IPv4 address, and the /64 of an IPv6 one', () => {
    const facts = createRequestFacts({ trustProxy: false })
    expect(facts.address(request('::ffff:203.0.113.7'))).toBe('203.0.113.7')
    expect(facts.address(request('2001:db8:1:2:3:4:5:6'))).toBe('2001:db8:1:2::/64')
    expect(facts.address(request('2001:db8::1'))).toBe('2001:db8:0:0::/64')
  })

  it('[SC16] a forwarded address counts only where there is a proxy, and only what that proxy added', () => {
    const headers = { 'x-forwarded-for': '10.9.9.9, 198.51.100.4' }
    expect(createRequestFacts({ trustProxy: false }).address(request('203.0.113.7', headers))).toBe('203.0.113.7')
    expect(createRequestFacts({ trustProxy: true }).address(request('203.0.113.7', headers))).toBe('198.51.100.4')
  })
})
