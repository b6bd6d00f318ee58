import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast, inkOn, parseHex, readableOn, TEXT_CONTRAST, type Rgb } from './colour.ts'
import { PALETTE, accentOf, tokenSheet } from './tokens.ts'
import { NILA } from './nila.ts'

const channel = fc.integer({ min: 0, max: 255 })
const anyColour: fc.Arbitrary<Rgb> = fc.tuple(channel, channel, channel)
const rgb = (hex: string): Rgb => parseHex(hex) ?? [0, 0, 0]

test('[WG20] the text on any accent has a contrast of at least 4.5', () => {
  fc.assert(
    fc.property(anyColour, (accent) => contrast(accent, rgb(inkOn(accent))) >= TEXT_CONTRAST),
    { numRuns: 2_000 },
  )
})

test('[WG20] any accent as text on the grounds of both schemes has a contrast of at least 4.5', () => {
  const grounds = [PALETTE.light, PALETTE.dark].flatMap(({ surface, bubble }) => [rgb(surface), rgb(bubble)])
  fc.assert(
    fc.property(
      anyColour,
      fc.constantFrom(...grounds),
      (accent, ground) => contrast(readableOn(accent, ground), ground) >= TEXT_CONTRAST,
    ),
  )
})

test('[WG20] an accent readable on the bubble is readable on the surface beside it', () => {
  fc.assert(
    fc.property(anyColour, fc.constantFrom(PALETTE.light, PALETTE.dark), (accent, { surface, bubble }) => {
      return contrast(readableOn(accent, rgb(bubble)), rgb(surface)) >= TEXT_CONTRAST
    }),
  )
})

test('[WG20] every pair of text and ground of the palette has a contrast of at least 4.5', () => {
  for (const { surface, bubble, text, muted, danger, waits, good } of [PALETTE.light, PALETTE.dark]) {
    for (const ink of [text, muted, danger, waits])
      expect(contrast(rgb(ink), rgb(surface))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
    for (const ink of [text, muted]) expect(contrast(rgb(ink), rgb(bubble))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
    // A dot, beside its word: 3 is what graphics need.
    expect(contrast(rgb(good), rgb(surface))).toBeGreaterThanOrEqual(3)
  }
})

test('contrast is that of WCAG 2', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21)
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2)
})

test('[WG21] an accent that is no hex colour counts as absent', () => {
  for (const accent of [undefined, '', 'red', '#12', '#12345', '#ggg', '#fff;}*{color:red', 'url(x)']) {
    expect(accentOf(accent)).toEqual(rgb(NILA))
  }
  expect(accentOf('#0b6')).toEqual([0, 187, 102])
  expect(accentOf('#00BB66')).toEqual([0, 187, 102])
})

test('[WG21] the scheme is the system’s unless the site has chosen one', () => {
  expect(tokenSheet([0, 0, 0], 'auto')).toContain('prefers-color-scheme:dark')
  expect(tokenSheet([0, 0, 0], 'dark')).not.toContain('prefers-color-scheme')
  expect(tokenSheet([0, 0, 0], 'dark')).toContain(PALETTE.dark.surface)
  expect(tokenSheet([0, 0, 0], 'light')).not.toContain(PALETTE.dark.surface)
})
