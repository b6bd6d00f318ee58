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
    const facts = createRequestFacts({ trustProxy: [] })
    expect(facts.address(request('::ffff:203.0.113.7'))).toBe('203.0.113.7')
    expect(facts.address(request('2001:db8:1:2:3:4:5:6'))).toBe('2001:db8:1:2::/64')
    expect(facts.address(request('2001:db8::1'))).toBe('2001:db8:0:0::/64')
  })

  it.each([
    ...['x-forwarded-for', 'cf-connecting-ip', 'true-client-ip', 'x-real-ip', 'x-client-ip', 'fastly-client-ip'],
    ...['x-cluster-client-ip', 'x-forwarded', 'forwarded-for', 'forwarded', 'x-originating-ip', 'x-remote-ip'],
    ...['x-remote-addr', 'client-ip', 'x-host', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-server'],
    ...['via', 'x-original-forwarded-for'],
  ])('[SC16] %s changes nothing where there is no proxy', (header) => {
    const facts = createRequestFacts({ trustProxy: [] })
    for (const value of ['10.0.0.1', '127.0.0.1', '::1', 'for=10.0.0.1;proto=https', '<img src=x>', ''])
      expect(facts.address(request('203.0.113.7', { [header]: value, host: 'chat.example' }))).toBe('203.0.113.7')
    expect(facts.ownOrigin(request('203.0.113.7', { [header]: 'https', host: 'chat.example' }))).toBe(
      'http://chat.example',
    )
  })

  const LISTED = ['127.0.0.1', '10.0.0.0/8', '2001:db8:ffff::/48']

  it.each([
    ...['198.51.100.4', '10.9.9.9, 198.51.100.4', '198.51.100.4, 10.1.2.3', '198.51.100.4,10.1.2.3 , 127.0.0.1'],
    ...['1.1.1.1, 198.51.100.4, 2001:db8:ffff::9', '198.51.100.4:51234', '<img src=x>, 198.51.100.4'],
    ...['::ffff:198.51.100.4', '127.0.0.1, 198.51.100.4, 10.0.0.1'],
  ])('[SC16] from a listed proxy the right-most address that is none of theirs counts: %s', (chain) => {
    const facts = createRequestFacts({ trustProxy: LISTED })
    for (const peer of ['127.0.0.1', '::ffff:127.0.0.1', '10.200.0.1', '2001:db8:ffff:1::1'])
      expect(facts.address(request(peer, { 'x-forwarded-for': chain }))).toBe('198.51.100.4')
    for (const peer of ['203.0.113.7', '11.0.0.1', '127.0.0.2'])
      expect(facts.address(request(peer, { 'x-forwarded-for': chain }))).toBe(peer)
  })

  it('[SC16] a chain that cannot be read leads no further than the proxy that wrote it', () => {
    const facts = createRequestFacts({ trustProxy: LISTED })
    for (const chain of [
      '',
      ',',
      'unknown',
      '198.51.100.4, _hidden',
      '198.51.100.4, <b>',
      '999.1.1.1',
      '198.51.100.4,',
    ])
      expect(facts.address(request('10.0.0.1', { 'x-forwarded-for': chain }))).toBe('10.0.0.1')
    expect(facts.address(request('10.0.0.1', { 'x-forwarded-for': '10.0.0.2, 10.0.0.3' }))).toBe('10.0.0.2')
    expect(facts.address(request('10.0.0.1', { 'x-forwarded-for': '[2001:db8:1:2:3::4]:443' }))).toBe(
      '2001:db8:1:2::/64',
    )
    for (const name of ['cf-connecting-ip', 'true-client-ip', 'x-real-ip', 'forwarded'])
      expect(facts.address(request('10.0.0.1', { [name]: '198.51.100.4' }))).toBe('10.0.0.1')
  })

  it.each(['true', 'proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '::/129', '', '10.0.0/8'])(
    '[SC16] refuses to trust %j, and says what would be right',
    (typed) => {
      expect(() => createRequestFacts({ trustProxy: [typed] })).toThrow(/write its address or network, 127\.0\.0\.1 or/)
    },
  )
})
