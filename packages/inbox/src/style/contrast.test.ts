import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Colour = readonly [lightness: number, chroma: number, hue: number]

const PAIR =
  /--(?<name>[a-z-]+): (?:light-dark\(oklch\((?<light>[^)]+)\), oklch\((?<dark>[^)]+)\)\)|oklch\((?<both>[^)]+)\));/gu

const tokens = new Map<string, { light: Colour; dark: Colour }>()
for (const { groups } of readFileSync(new URL('tokens.css', import.meta.url), 'utf8').matchAll(PAIR)) {
  const light = toColour(groups?.light ?? groups?.both ?? '')
  tokens.set(groups?.name ?? '', { light, dark: toColour(groups?.dark ?? groups?.both ?? '') })
}

function toColour(text: string): Colour {
  const [lightness = 0, chroma = 0, hue = 0] = text.split(' ').map(Number)
  return [lightness, chroma, hue]
}

/** Relative luminance of an oklch colour, through linear sRGB as in CSS Color 4. */
function luminanceOf([lightness, chroma, hue]: Colour): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clamp = (value: number) => Math.min(1, Math.max(0, value))
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].sort((x, y) => x - y)
  return (lighter + 0.05) / (darker + 0.05)
}

const GROUNDS = ['ground', 'ground-sunk', 'ground-raised', 'ground-hover', 'nila-tint']
const PAIRS: readonly (readonly [string, readonly string[], number])[] = [
  ['text', [...GROUNDS, 'bubble-in', 'bubble-out', 'soga-tint', 'red-tint', 'nila-tint'], 4.5],
  ['text-soft', GROUNDS, 4.5],
  ['nila', [...GROUNDS, 'bubble-in', 'bubble-out', 'soga-tint', 'nila-tint'], 4.5],
  ['soga', [...GROUNDS, 'soga-tint'], 4.5],
  ['red', [...GROUNDS, 'red-tint'], 4.5],
  ['on-nila', ['nila-fill', 'nila-fill-hover'], 4.5],
  ['line-strong', ['ground'], 3],
]

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  it.each(PAIRS.flatMap(([text, grounds, least]) => grounds.map((ground) => [text, ground, least] as const)))(
    '[IN13] %s on %s can be read',
    (text, ground, least) => {
      const [one, other] = [tokens.get(text), tokens.get(ground)]
      if (one === undefined || other === undefined) throw new Error(`no token ${text} or ${ground}`)
      expect(contrast(one[scheme], other[scheme])).toBeGreaterThanOrEqual(least)
    },
  )

  it.each(Array.from({ length: 12 }, (_, step) => step * 30))(
    '[IN13] initials on a face of hue %i can be read',
    (hue) => {
      const [ground, text]: [Colour, Colour] =
        scheme === 'light'
          ? [
              [0.91, 0.05, hue],
              [0.38, 0.1, hue],
            ]
          : [
              [0.38, 0.065, hue],
              [0.92, 0.045, hue],
            ]
      expect(contrast(ground, text)).toBeGreaterThanOrEqual(4.5)
    },
  )
})
