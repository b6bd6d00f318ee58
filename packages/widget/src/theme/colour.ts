// Colour maths for an accent nobody has seen yet: WCAG 2 contrast, the text colour on it, and a shade of it that can be
// read as text on a given ground. Works in sRGB because accents come as hex; knows nothing about schemes or tokens.

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number]

/** What WCAG 2 asks of text (AA). */
export const TEXT_CONTRAST = 4.5

/** A luminance up to which white text has 4.5:1 (1.05 / 4.5 − 0.05); above it black has more than that. */
const WHITE_UP_TO = 0.1833

/** `#rgb` or `#rrggbb`, else `null`. */
export function parseHex(text: string | undefined): Rgb | null {
  const digits = /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(text ?? '') ? (text ?? '').slice(1) : ''
  if (digits === '') return null
  const step = digits.length / 3
  const channel = (index: number): number => {
    const part = digits.slice(index * step, index * step + step)
    return Number.parseInt(step === 1 ? part + part : part, 16)
  }
  return [channel(0), channel(1), channel(2)]
}

/** Relative luminance, 0 (black) to 1 (white). */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
}

/** The contrast of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** The text colour on a ground of this colour: at least 4.5:1 on any. White wherever white will do. */
export function inkOn(ground: Rgb): '#fff' | '#000' {
  return luminance(ground) <= WHITE_UP_TO ? '#fff' : '#000'
}

/** The colour, moved towards black or white as little as it takes to be read as text on the ground. */
export function readableOn(colour: Rgb, ground: Rgb): Rgb {
  const end = inkOn(ground) === '#fff' ? 255 : 0
  for (let step = 0; step < 20; step++) {
    const [r, g, b] = colour.map((value) => Math.round(value + ((end - value) * step) / 20))
    const moved: Rgb = [r ?? end, g ?? end, b ?? end]
    if (contrast(moved, ground) >= TEXT_CONTRAST) return moved
  }
  return [end, end, end]
}

/** As CSS. */
export const toCss = (colour: Rgb): string => `rgb(${colour.join(' ')})`
