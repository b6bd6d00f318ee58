import { expect, it } from 'vitest'
import { toHeldWords } from './held-why.ts'

it.each([
  ['other_sender', 'It answers an e-mail that was sent to another address.'],
  ['DMARC failed', 'DMARC failed'],
  ['toString', 'toString'],
  [undefined, ''],
])('[EM124] %s', (why, words) => expect(toHeldWords(why)).toBe(words))
