import { expect, it } from 'vitest'
import { formatFileSize } from './format-file-size.ts'

it.each([
  [12, '1 kB'],
  [34_500, '35 kB'],
  [3_440_000, '3.4 MB'],
  [12_600_000, '13 MB'],
])('[AT11] %i bytes are told as %s', (bytes, said) => {
  expect(formatFileSize(bytes, 'en')).toBe(said)
})
