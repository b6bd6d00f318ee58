import { describe, expect, it } from 'vitest'
import { toTextParts } from './linked-text.tsx'
import { toSafeUrl, toShortUrl } from './safe-url.ts'

describe('links in text', () => {
  it('[IN7] lose the punctuation around them and keep everything else', () => {
    const text = 'See (https://acme.example/a?b=1). And http://b.example!'
    const parts = toTextParts(text)
    expect(parts.filter((part) => part.href !== null).map((part) => part.text)).toEqual([
      'https://acme.example/a?b=1',
      'http://b.example',
    ])
    expect(parts.map((part) => part.text).join('')).toBe(text)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
    ' java\nscript:x',
    'about:blank',
    'nothing',
  ])('[IN7] are never made of %j', (address) => {
    expect(toSafeUrl(address)).toBeNull()
    expect(toTextParts(`go ${address} now`).every((part) => part.href === null)).toBe(true)
  })

  it('[IN7] may be web, mail and telephone addresses', () => {
    expect(['https://a.example/', 'http://a.example/', 'mailto:a@b.example', 'tel:+62'].map(toSafeUrl)).not.toContain(
      null,
    )
    expect(toShortUrl('https://a.example/')).toBe('a.example')
    expect(toShortUrl('https://a.example/x/')).toBe('a.example/x/')
  })

  it('[IN7] are found in time that grows with the text only', () => {
    const started = performance.now()
    toTextParts('https://'.repeat(500))
    toTextParts('http://' + '.'.repeat(4_000))
    toTextParts('!'.repeat(4_000))
    expect(performance.now() - started).toBeLessThan(500)
  })
})
