// The colours of a mail for both schemes and any accent: WCAG 2 contrast in sRGB. The neutrals are those of the widget; the
// maths is a sibling of the widget's, which the server cannot import. Colours leave as `#rrggbb`: Outlook reads nothing else.

export type Rgb = readonly [number, number, number]

/** What WCAG 2 asks of what is no text. */
const EDGE_CONTRAST = 3

/** What WCAG 2 asks of text (AA). */
export const TEXT_CONTRAST = 4.5

/** Indigo: of a site that has set none. */
const DEFAULT_ACCENT: Rgb = [75, 83, 194]

export interface Scheme {
  readonly ground: string
  readonly bubble: string
  readonly text: string
  readonly muted: string
  readonly line: string
}

export const LIGHT: Scheme = {
  ground: '#ffffff',
  bubble: '#f0f1f6',
  text: '#1c1f29',
  muted: '#60636f',
  line: '#dfe1e7',
}
export const DARK: Scheme = { ground: '#14161c', bubble: '#262832', text: '#edeef2', muted: '#abadb8', line: '#353740' }

export interface MailColours {
  readonly accent: string
  /** Text on the accent. */
  readonly ink: '#ffffff' | '#000000'
  /** The accent as text, on the grounds of each scheme. */
  readonly linkLight: string
  readonly linkDark: string
  /** The accent as an edge on dark grounds, where a dark one would not be seen. */
  readonly edgeDark: string
}

/** `#rgb` or `#rrggbb`, else `null`. */
export function parseHex(text: string | undefined): Rgb | null {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text ?? '')?.[1]
  if (hex === undefined) return null
  const [r = '', g = '', b = ''] =
    hex.length === 3 ? hex.split('').map((digit) => digit + digit) : (hex.match(/../g) ?? [])
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)]
}

function luminance([r, g, b]: Rgb): number {
  const linear = (value: number): number => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]

/** White wherever white can be read. */
const inkOn = (ground: Rgb): Rgb => (contrast(WHITE, ground) >= TEXT_CONTRAST ? WHITE : BLACK)

/** The colour, moved towards black or white as little as it takes to be read on all the grounds. */
function readableOn(colour: Rgb, grounds: readonly Rgb[], end: Rgb, least: number): Rgb {
  for (let step = 0; step < 20; step++) {
    const mix = (from: number, to: number): number => Math.round(from + ((to - from) * step) / 20)
    const moved: Rgb = [mix(colour[0], end[0]), mix(colour[1], end[1]), mix(colour[2], end[2])]
    if (grounds.every((ground) => contrast(moved, ground) >= least)) return moved
  }
  return end
}

const toHex = (colour: Rgb): string => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`

const groundsOf = ({ ground, bubble }: Scheme): readonly Rgb[] =>
  [ground, bubble].map((colour) => parseHex(colour) ?? WHITE)

export function mailColours(accent: string | undefined): MailColours {
  const colour = parseHex(accent) ?? DEFAULT_ACCENT
  return {
    accent: toHex(colour),
    ink: inkOn(colour) === WHITE ? '#ffffff' : '#000000',
    linkLight: toHex(readableOn(colour, groundsOf(LIGHT), BLACK, TEXT_CONTRAST)),
    linkDark: toHex(readableOn(colour, groundsOf(DARK), WHITE, TEXT_CONTRAST)),
    edgeDark: toHex(readableOn(colour, groundsOf(DARK), WHITE, EDGE_CONTRAST)),
  }
}
