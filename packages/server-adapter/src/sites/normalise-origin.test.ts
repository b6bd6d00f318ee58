import { describe, expect, it } from 'vitest'
import { normaliseOrigin } from './normalise-origin.ts'
import { createSite, toSiteId } from './create-site.ts'

describe('normaliseOrigin', () => {
  it.each([
    ['https://acme.example', 'https://acme.example', false],
    ['https://acme.example/', 'https://acme.example', true],
    [' HTTPS://Acme.Example ', 'https://acme.example', true],
    ['https://acme.example:443', 'https://acme.example', true],
    ['http://acme.example:80', 'http://acme.example', true],
    ['http://localhost:8787', 'http://localhost:8787', false],
    ['https://acme.example:8443', 'https://acme.example:8443', false],
    ['https://bücher.example', 'https://xn--bcher-kva.example', true],
    ['http://[::1]:3000', 'http://[::1]:3000', false],
  ])('[SC3] %s is stored as %s', (typed, origin, changed) => {
    expect(normaliseOrigin(typed)).toEqual({ ok: true, origin, changed })
  })

  it.each([
    ['https://acme.example/shop', 'https://acme.example'],
    ['https://acme.example/?a=1', 'https://acme.example'],
    ['https://acme.example?', 'https://acme.example'],
    ['https://acme.example/#', 'https://acme.example'],
    ['https://*.acme.example', 'https://www.acme.example'],
    ['*', 'https://www.acme.example'],
    ['acme.example', 'https://acme.example'],
    ['acme.example:3000', 'https://acme.example:3000'],
    ['//acme.example', 'https://acme.example'],
    ['https://ayu:secret@acme.example', 'https://acme.example'],
    ['ftp://acme.example', 'https://acme.example'],
    ['https://', 'https://acme.example'],
    ['https://acme .example', 'https://acme.example'],
    ['null', 'https://acme.example'],
    ['', 'https://acme.example'],
  ])('[SC3] %s is refused, and the right form is shown', (typed, form) => {
    const result = normaliseOrigin(typed)
    expect(result.ok).toBe(false)
    expect(!result.ok && result.message).toContain(form)
  })
})

describe('createSite', () => {
  it('[SC3] keeps each origin once and makes a key and a secret that nobody can guess', () => {
    const site = createSite({
      workspace: 'w',
      name: 'Acme',
      origins: ['https://acme.example', 'https://acme.example/'],
      now: 1,
    })
    expect(site.origins).toEqual(['https://acme.example'])
    expect(site.key).toMatch(/^pk_[\w-]{32}$/)
    expect(site.secret).toMatch(/^[\w-]{43}$/)
  })

  it('[SC3] makes an id from a name that leaves our own paths alone', () => {
    expect(toSiteId('Bücher & Söhne GmbH')).toBe('bucher-sohne-gmbh')
    expect(toSiteId('inbox')).toMatch(/^site-[0-9a-f]{6}$/)
    expect(toSiteId('日本')).toMatch(/^site-[0-9a-f]{6}$/)
  })
})
