import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toAddrSpec, toMailbox } from './mail-address.ts'

test.each([
  ['ayu@acme.example', 'ayu@acme.example'],
  ['Ayu.L+x@ACME.Example', 'Ayu.L+x@acme.example'],
  ["o'brien@acme.example", "o'brien@acme.example"],
  ['bounce+1=2@in.acme.example', 'bounce+1=2@in.acme.example'],
  ['ayu@köln.example', 'ayu@xn--kln-sna.example'],
  ['ayu@例え.テスト', 'ayu@xn--r8jz45g.xn--zckzah'],
])('[EM42] %s is an address', (typed, address) => {
  expect(toAddrSpec(typed)).toBe(address)
})

test.each([
  '',
  'ayu',
  '@acme.example',
  'ayu@',
  'ayu@acme',
  'ayu@localhost',
  'a@b.example,c@d.example',
  'a@b.example c@d.example',
  'a@b.example;c@d.example',
  'Ayu <ayu@acme.example>',
  '<ayu@acme.example>',
  '"ayu b"@acme.example',
  '"a@evil.example"@acme.example',
  'ayu@evil.example@acme.example',
  'ayu(comment)@acme.example',
  'ayu@(comment)acme.example',
  'ayu\\@acme.example',
  'ayu%evil.example@acme.example',
  'evil.example!ayu@acme.example',
  '@relay.example:ayu@acme.example',
  'group:ayu@acme.example;',
  '=?utf-8?B?eA0K?=@acme.example',
  'ayu@[127.0.0.1]',
  'ayu@127.0.0.1',
  'ayu@acme.123',
  '.ayu@acme.example',
  'ayu.@acme.example',
  'a..b@acme.example',
  'ayu@acme..example',
  'ayu@-acme.example',
  'ayu@acme.example.',
  'ayu@acme%2eexample',
  'ayu@acme.example\r\nBcc: x@evil.example',
  'ayu\u0000@acme.example',
  'ayu@acme\u202e.example',
  'ayü@acme.example',
  ' ayu@acme.example',
  'ayu@acme.example ',
  `${'a'.repeat(65)}@acme.example`,
  `a@${'b'.repeat(64)}.example`,
  `a@${'b.'.repeat(125)}example`,
])('[EM42] %j is none', (typed) => {
  expect(toAddrSpec(typed)).toBeNull()
  expect(() => toMailbox('to', { address: typed })).toThrow('unable to compose the mail; to is not one e-mail address')
})

test('[EM42] whatever is an address is printable ASCII with one @', () => {
  const piece = fc.constantFrom(
    'a',
    'Z',
    '0',
    '.',
    '-',
    '+',
    '@',
    '"',
    '<',
    '>',
    ',',
    ' ',
    '\r',
    '\n',
    'ü',
    '。',
    '%',
    'ⓔ',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const address = toAddrSpec(pieces.join(''))
      if (address !== null) expect(address).toMatch(/^[!-?A-~]+@[a-z0-9.-]+$/)
    }),
    { numRuns: 5_000 },
  )
})
