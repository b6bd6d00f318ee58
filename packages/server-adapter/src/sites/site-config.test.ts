import { expect, test } from 'vitest'
import { createSite } from './create-site.ts'
import { servableConfig, toSiteConfig } from './site-config.ts'

const FULL = {
  accent: '#00BB66',
  position: 'left',
  offset: [12, 0],
  scheme: 'dark',
  locale: 'pt-BR',
  greeting: 'Halo </script>',
  texts: { send: 'Kirim' },
  hidden: true,
}

test('[SC21] a configuration that fits is kept as it is', () => {
  expect(toSiteConfig(FULL)).toEqual(FULL)
  expect(servableConfig(FULL)).toEqual(FULL)
  expect(toSiteConfig({})).toEqual({})
})

test.each([
  [{ accent: '#fff;}*{background:url(//evil.example)}' }, 'accent'],
  [{ accent: 'red' }, 'accent'],
  [{ offset: [-1, 0] }, 'offset'],
  [{ position: 'top' }, 'position'],
  [{ locale: '../../en' }, 'locale'],
  [{ greeting: 'x'.repeat(501) }, 'greeting'],
  [{ texts: { send: {} } }, 'texts.send'],
  [{ entry: 'https://evil.example/chat.js' }, 'entry'],
])('[SC21] %j is refused by name', (config, name) => {
  expect(() => toSiteConfig(config)).toThrow(name)
  const site = { workspace: 'w', name: 'Acme', origins: [], now: 0 }
  expect(() => createSite({ ...site, config })).toThrow(TypeError)
  expect(servableConfig({ ...config, hidden: true })).toEqual({ hidden: true })
})
