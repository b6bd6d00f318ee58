import { en } from './texts-en.ts'
import { ar } from './texts-ar.ts'
import { id } from './texts-id.ts'

/** What mails and the pages of their links say, in one language. `{…}` is filled in. */
export type MailTexts = Readonly<Record<keyof typeof en, string>>

export interface MailLanguage {
  readonly tag: 'en' | 'id' | 'ar'
  readonly direction: 'ltr' | 'rtl'
  readonly texts: MailTexts
}

const ENGLISH: MailLanguage = { tag: 'en', direction: 'ltr', texts: en }
const LANGUAGES: readonly MailLanguage[] = [
  ENGLISH,
  { tag: 'id', direction: 'ltr', texts: id },
  { tag: 'ar', direction: 'rtl', texts: ar },
]

/** The language of a tag such as `id-ID`, of several the first that we speak; else English. */
export function languageOf(...tags: readonly string[]): MailLanguage {
  for (const tag of tags) {
    const primary = tag.trim().toLowerCase().split(/[-_;]/)[0]
    const found = LANGUAGES.find((language) => language.tag === primary)
    if (found !== undefined) return found
  }
  return ENGLISH
}

/** Puts values into a text, once: what a value holds is not looked at again. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
