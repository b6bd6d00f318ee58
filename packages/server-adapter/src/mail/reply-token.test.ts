import { expect, it } from 'vitest'
import { normaliseAddress } from './address.ts'
import { createReplyTokens } from './reply-token.ts'
import {
  isTagged,
  returnPathsIn,
  toMessageId,
  toReplyAddress,
  toReturnPath,
  tokenOfMessageId,
  tokensIn,
} from './token-places.ts'

const CONVERSATION = '0199d2a0-0000-7000-8000-0000000000ab'
const MAIL = '0199d2a0-1111-7000-8000-0000000000cd'
const tokens = createReplyTokens('a secret of the installation')

it('[EM1] a token names its conversation and is good for one recipient', () => {
  const token = tokens.sign(CONVERSATION, 'Sari@Toko.Example')
  expect(token).toMatch(/^[a-z2-7]{52}$/)
  const read = tokens.read(token)
  expect(read?.conversation).toBe(CONVERSATION)
  expect(read?.isFor('sari@toko.example')).toBe(true)
  expect(read?.isFor('"sari"@TOKO.example.')).toBe(true)
  for (const other of ['ayu@toko.example', 'sari@toko.example.evil.example', 'sari+x@toko.example', '', 'sari'])
    expect(read?.isFor(other), other).toBe(false)
  expect(tokens.read(token.toUpperCase())?.conversation).toBe(CONVERSATION)
})

it('[EM1] nothing but a whole token of ours is taken: no changed letter, no other secret, no other kind', () => {
  const token = tokens.sign(CONVERSATION, 'sari@toko.example')
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  let tried = 0
  for (let at = 0; at < token.length; at += 1) {
    for (const letter of letters) {
      if (letter === token[at]) continue
      tried += 1
      expect(tokens.read(token.slice(0, at) + letter + token.slice(at + 1))).toBeNull()
    }
  }
  expect(tried).toBe(52 * 31)
  expect(createReplyTokens('another secret of another one').read(token)).toBeNull()
  expect(tokens.readReturnPath(token)).toBeNull()
  expect(tokens.read(tokens.signReturnPath(CONVERSATION, 'sari@toko.example'))).toBeNull()
  for (const text of ['', token.slice(1), `${token}a`, `${token.slice(1)}1`, `${token.slice(1)}ß`, CONVERSATION])
    expect(tokens.read(text), text).toBeNull()
})

it('[EM1] refuses a secret that is too short, and what it cannot sign', () => {
  expect(() => createReplyTokens('short')).toThrow(/fewer than 16 bytes/)
  expect(() => createReplyTokens(new Uint8Array(0))).toThrow(TypeError)
  expect(() => tokens.sign('42', 'sari@toko.example')).toThrow(/no id of a conversation/)
  expect(() => tokens.sign(CONVERSATION, 'sari\r\nBcc: x@y.example')).toThrow(/no mail address/)
})

it('[EM2] reply address, return path and Message-ID carry the token, fit, and give it back', () => {
  const token = tokens.sign(CONVERSATION, 'sari@toko.example')
  const address = toReplyAddress('Support@Acme.example', token)
  expect(address).toBe(`support+${token}@acme.example`)
  expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64)
  expect(tokensIn(address.toUpperCase())).toEqual([token])
  expect(tokensIn(`"support+${token}"@acme.example`)).toEqual([token])
  expect(returnPathsIn(address)).toEqual([])

  const path = toReturnPath('support@acme.example', tokens.signReturnPath(CONVERSATION, MAIL))
  expect(path.split('@')[0]?.length).toBeLessThanOrEqual(64)
  expect(tokensIn(path)).toEqual([])
  const [found = ''] = returnPathsIn(path)
  expect(tokens.readReturnPath(found)?.conversation).toBe(CONVERSATION)
  expect(tokens.readReturnPath(found)?.isFor(MAIL)).toBe(true)
  expect(tokens.readReturnPath(found)?.isFor(CONVERSATION)).toBe(false)

  const id = toMessageId(token, MAIL, 'acme.example')
  expect(id).toBe(`<${token}.${MAIL}@acme.example>`)
  expect(tokenOfMessageId(id)).toEqual({ token, mail: MAIL })
  expect(tokenOfMessageId(` ${id.toUpperCase()} `)?.token).toBe(token)
})

it('[EM2] what is no address of ours carries nothing', () => {
  const token = tokens.sign(CONVERSATION, 'sari@toko.example')
  for (const text of [
    '',
    '@',
    'support@acme.example',
    `support-${token}@acme.example`,
    `${token}@acme.example`,
    `x+${token}`,
  ])
    expect(tokensIn(text), text).toEqual([])
  for (const id of [
    '',
    '<a@b>',
    `<${token}@acme.example>`,
    `<x${token}.1@acme.example>`,
    `<${token}.a b@acme.example>`,
  ])
    expect(tokenOfMessageId(id), id).toBeNull()
  expect(toReplyAddress('a-long-name@acme.example', token)).toBe(`a-long-name+${token}@acme.example`)
  expect(() => toReplyAddress('acme.example', token)).toThrow(/no mail address/)
  expect(() => toMessageId(token, 'a b', 'acme.example')).toThrow(TypeError)
  expect(() => toMessageId(token, 'a', 'acme example')).toThrow(TypeError)
  expect(isTagged('support+x@acme.example', 'Support@acme.example')).toBe(true)
  expect(isTagged('supporters@acme.example', 'support@acme.example')).toBe(false)
  expect(isTagged('support+x@acme.example.evil.example', 'support@acme.example')).toBe(false)
})

it('[EM161] an address that leaves no room for a token is taken as it is', () => {
  const token = tokens.sign(CONVERSATION, 'sari@toko.example')
  expect(toReplyAddress('a-longer-name@acme.example', token)).toBe('a-longer-name@acme.example')
  // A return path's token is longer by its mark.
  expect(toReturnPath('a-long-name@acme.example', tokens.signReturnPath(CONVERSATION, MAIL))).toBe(
    'a-long-name@acme.example',
  )
})

it.each([
  ['Sari@Toko.Example', 'sari@toko.example'],
  [' sari@toko.example ', 'sari@toko.example'],
  ['sari@MÜLLER.example', 'sari@xn--mller-kva.example'],
  ['sari@xn--mller-kva.example', 'sari@xn--mller-kva.example'],
  ['"sari"@toko.example', 'sari@toko.example'],
  ['"s\\ari"@toko.example', 'sari@toko.example'],
  ['Jose\u0301@toko.example', 'josé@toko.example'],
  ['sari@toko.example.', 'sari@toko.example'],
  ["o'brien+a=b@toko.example", "o'brien+a=b@toko.example"],
])('[EM3] %j is compared as %j', (written, compared) => {
  expect(normaliseAddress(written)).toBe(compared)
})

it.each([
  '',
  'sari',
  '@toko.example',
  'sari@',
  'sari@toko..example',
  'sari@-toko.example',
  'sari@toko.example/evil',
  'sari@toko.example?x',
  'sari@%74oko.example',
  'sari@0x7f.1',
  'sari@toko.example>',
  'sari@[127.0.0.1]',
  'sari@toko.example\r\nBcc: x@y.example',
  'sari dewi@toko.example',
  '"sari dewi"@toko.example',
  '"sari@evil.example"@toko.example',
  'sari\u0000@toko.example',
  '.sari@toko.example',
  `${'s'.repeat(65)}@toko.example`,
  `sari@${'toko.'.repeat(60)}example`,
])('[EM3] %j is no address', (written) => {
  expect(normaliseAddress(written)).toBeNull()
})
