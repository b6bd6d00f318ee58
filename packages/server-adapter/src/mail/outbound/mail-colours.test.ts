import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast, DARK, LIGHT, mailColours, parseHex, TEXT_CONTRAST, type Rgb } from './mail-colours.ts'

const rgb = (hex: string): Rgb => parseHex(hex) ?? [0, 0, 0]
const accent = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

test('[EM46] the text on any accent, and any accent as text, has a contrast of at least 4.5', () => {
  fc.assert(
    fc.property(accent, (hex) => {
      const { accent: ground, ink, linkLight, linkDark, edgeDark } = mailColours(hex)
      expect(contrast(rgb(ground), rgb(ink))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
      for (const under of [LIGHT.ground, LIGHT.bubble])
        expect(contrast(rgb(linkLight), rgb(under))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
      for (const under of [DARK.ground, DARK.bubble]) {
        expect(contrast(rgb(linkDark), rgb(under))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
        expect(contrast(rgb(edgeDark), rgb(under))).toBeGreaterThanOrEqual(3)
      }
    }),
    { numRuns: 500 },
  )
})

test('[EM46] text on every ground of both schemes has a contrast of at least 4.5', () => {
  for (const { ground, bubble, text, muted } of [LIGHT, DARK])
    for (const under of [ground, bubble])
      for (const ink of [text, muted]) expect(contrast(rgb(ink), rgb(under))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
})

test('[EM45] an accent that is no hex colour counts as absent', () => {
  for (const typed of [undefined, '', 'red', '#12', '#12345', '#fff;}*{color:red', 'url(x)', '"><b>'])
    expect(mailColours(typed).accent).toBe('#4b53c2')
  expect(mailColours('#0B6').accent).toBe('#00bb66')
})
