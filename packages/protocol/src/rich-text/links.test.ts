import { expect, test } from 'vitest'
import { toSafeUrl } from './links.ts'

test.each(['http://a.example/', 'https://a.example/?q=1', 'mailto:a@b.example', 'tel:+62'])(
  '[WG11] %s may be a link',
  (address) => {
    expect(toSafeUrl(address)).toBe(address)
  },
)

test.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'blob:https://a.example/x',
  'file:///x',
  'ftp://a.example',
  '//a.example',
  '/path',
  'https://user@a.example',
  'https://user:pass@a.example',
  '',
])('[WG11] %s may not', (address) => {
  expect(toSafeUrl(address)).toBeNull()
})
