// Every word the visitor sees. A pack is one flat record, so that a site can replace single words in its configuration;
// `{n}`, `{name}` and `{text}` are filled in. Counts stand alone ("2 new"), so no pack needs plural rules.

import type { en } from './en.ts'

/** The words by name. */
export type Texts = { readonly [Name in keyof typeof en]: string }

/** Fills the gaps of a text. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  let filled = text
  // A replacer function, because `$&` in a person's name is no pattern.
  for (const [name, value] of Object.entries(values)) filled = filled.replace(`{${name}}`, () => String(value))
  return filled
}
