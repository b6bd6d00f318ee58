import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toBodyText, toHeaderText } from './header-text.ts'

test.each([
  ['Ayu\r\nBcc: x@evil.example', 'Ayu Bcc: x@evil.example'],
  ['Ayu\u2028Bcc: x', 'Ayu Bcc: x'],
  ['A\u0000y\u0007u\u007f\u0085', 'Ayu'],
  ['\u202euyA\u2066 L\u200b', 'uyA L'],
  ['Cafe\u0301', 'Caf\u00e9'],
  ['=?utf-8?q?a=0d=0aBcc:_x?=', '= ?utf-8?q?a=0d=0aBcc:_x?='],
  ['a\ud800b', 'ab'],
  ['  two   spaces ', 'two spaces'],
  ['👩‍👧 نورة می‌خواهم', '👩‍👧 نورة می‌خواهم'],
])('[EM43] %j becomes one plain line', (typed, line) => {
  expect(toHeaderText(typed, 80)).toBe(line)
})

test('[EM43] a text is cut by characters, not within one, and says so', () => {
  expect(toHeaderText('👍'.repeat(5), 5)).toBe('👍'.repeat(5))
  expect(toHeaderText('👍'.repeat(6), 5)).toBe(`${'👍'.repeat(4)}…`)
})

test('[EM43] nothing unseen passes, whatever comes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
      const line = toHeaderText(typed, 40)
      const isPlain = !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]|=\?/u.test(line)
      return isPlain && Array.from(line).length <= 40
    }),
    { numRuns: 1_000 },
  )
})

test('[EM45] a body keeps its lines and loses what cannot be shown', () => {
  expect(toBodyText('a\r\nb\rc\u2028d\te\u0000\u202ef')).toBe('a\nb\nc\nd\tef')
})

test('[SC34] a megabyte of what is removed takes no time', () => {
  const start = process.cpuUsage()
  for (const piece of ['\r\n', ' ', '\u200b', '=?', '\ud800', 'e\u0301']) toHeaderText(piece.repeat(500_000), 80)
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1_000).toBeLessThan(200)
})
