// Picks the language once, when the chat is mounted. English is part of the chat; other packs are chunks of their own,
// and one that does not arrive is no reason to be without a chat.

import type { WidgetConfig } from '../config.ts'
import { createFormat, type Format } from './format.ts'
import { en } from './en.ts'
import type { Texts } from './texts.ts'

const PACKS: Readonly<Record<string, () => Promise<{ texts: Texts }>>> = {
  id: () => import('./id.ts'),
  ar: () => import('./ar.ts'),
}

/** Languages written from right to left, whether there is a pack or the site brings its own texts. */
const RIGHT_TO_LEFT = ['ar', 'he', 'fa', 'ur']

export interface Locale {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly texts: Texts
  readonly format: Format
}

const languageOf = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? ''

/** The language of the site's configuration, else of the browser, with the site's own words over the pack's. */
export async function loadLocale(config: WidgetConfig, browser: string): Promise<Locale> {
  const tag = config.locale ?? browser
  const language = languageOf(tag)
  const pack = await PACKS[language]?.().catch(() => undefined)
  // Without a pack the words are English, unless the site has set this language and brings words of its own.
  const spoken = pack || (config.locale && config.texts) ? language : 'en'
  return {
    language: spoken,
    direction: RIGHT_TO_LEFT.includes(spoken) ? 'rtl' : 'ltr',
    texts: { ...en, ...pack?.texts, ...config.texts },
    format: createFormat(spoken === language ? tag : 'en'),
  }
}
