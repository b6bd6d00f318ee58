import { expect, test } from 'vitest'
import { isEmojiOnly } from './emoji.ts'

test('[WG12] one to a few emoji alone are recognised, digits and words are not', () => {
  for (const text of ['👍', '👍🏽 🎉', '👨‍👩‍👧', '🇮🇩', '❤️']) expect(isEmojiOnly(text)).toBe(true)
  for (const text of ['1', '#', '👍 ok', '', ' ', '‍', '👍'.repeat(30)]) expect(isEmojiOnly(text)).toBe(false)
})
