import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quoted, recordJson } from './json-text.ts'
import { digestOf } from './log/digest.ts'

/** As commands of these kinds and data had them from the beginning. */
const DIGESTS = {
  plain: 4_512_753_143_764_485,
  escaped: 1_014_801_803_252_778,
  more: 8_442_204_717_629_445,
  none: 6_986_570_781_478_567,
}
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())

it('is that of JSON.stringify for strings of any characters', () => {
  fc.assert(fc.property(text, (one) => quoted(one) === JSON.stringify(one)))
  const units = Array.from({ length: 0x1_00_00 }, (_, code) => String.fromCharCode(code))
  expect(units.filter((unit) => quoted(unit) !== JSON.stringify(unit))).toEqual([])
})

it('is that of JSON.stringify for records', () => {
  const record = fc.oneof(
    fc.record({ text }),
    fc.record({ text: fc.jsonValue() }, { requiredKeys: [] }),
    fc.record({ text, more: fc.jsonValue() }),
    fc.dictionary(text, fc.oneof(fc.jsonValue(), fc.constant(undefined))),
  )
  fc.assert(fc.property(record, (one) => recordJson(one) === JSON.stringify(one)))
})

it('leaves the digests of commands as they are in databases', () => {
  const digest = (data: { readonly text: string; readonly replyTo?: string }) =>
    digestOf({ kind: 'message.post', data })
  expect(digest({ text: 'Hello' })).toBe(DIGESTS.plain)
  expect(digest({ text: '"Hé" 👋\n\ud800' })).toBe(DIGESTS.escaped)
  expect(digest({ text: 'Hello', replyTo: '0190b8a4-0000-7000-8000-000000000000' })).toBe(DIGESTS.more)
  expect(digestOf({ kind: 'conversation.close', data: {} })).toBe(DIGESTS.none)
})
