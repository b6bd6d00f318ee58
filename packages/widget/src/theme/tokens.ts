// Colours as custom properties, for both schemes and any accent. Sizes, radii and spacing are literals in the style
// sheets: 12 / 13 / 15 / 18 / 22 px text (16 where one types), radii 6 / 10 / 16, a 4-px grid, hairlines of 1 px.
// Neutrals carry a breath of the accent's default hue; their contrasts are checked by a test.

import { inkOn, parseHex, readableOn, toCss, type Rgb } from './colour.ts'
import { NILA } from './nila.ts'

const BLACK: Rgb = [0, 0, 0]

type Scheme = 'light' | 'dark'

/** Neutrals and the two signal colours. */
export const PALETTE = {
  light: {
    surface: '#fff',
    bubble: '#f0f1f6',
    text: '#1c1f29',
    muted: '#60636f',
    line: '#dfe1e7',
    danger: '#be222a',
    /** Soga: what waits on a person. */
    waits: '#985521',
    good: '#1d7a4f',
  },
  dark: {
    surface: '#14161c',
    bubble: '#262832',
    text: '#edeef2',
    muted: '#abadb8',
    line: '#353740',
    danger: '#f98f87',
    waits: '#e8a869',
    good: '#5cc795',
  },
} as const

/** The ground on which the accent has to be readable as text: the lighter ones follow from it. */
const hardestGround = (scheme: Scheme): Rgb => parseHex(PALETTE[scheme].bubble) ?? BLACK

/** The accent, or the default for what is none. */
export const accentOf = (accent: string | undefined): Rgb => parseHex(accent) ?? parseHex(NILA) ?? BLACK

function declarations(scheme: Scheme, accent: Rgb): string {
  const colours = Object.entries(PALETTE[scheme]).map(([name, value]) => `--${name}:${value}`)
  return `color-scheme:${scheme};${colours.join(';')};--link:${toCss(readableOn(accent, hardestGround(scheme)))}`
}

/** A style sheet with every colour the chat uses. */
export function tokenSheet(accent: Rgb, scheme: Scheme | 'auto'): string {
  const base = `.frame,.badge{--accent:${toCss(accent)};--ink:${inkOn(accent)};${declarations(scheme === 'dark' ? 'dark' : 'light', accent)}}`
  return scheme === 'auto'
    ? `${base}@media(prefers-color-scheme:dark){.frame,.badge{${declarations('dark', accent)}}}`
    : base
}
