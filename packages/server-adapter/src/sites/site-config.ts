// What a site may set of its widget. All of it ends up in a script and, as colours and texts, in other people's pages: it
// is checked when it is stored, and again when it is served, whoever wrote the row.

import * as v from 'valibot'

const MAX_WORDS = 500
const MAX_OFFSET_PX = 400

const words = v.pipe(v.string(), v.maxLength(MAX_WORDS, `at most ${MAX_WORDS} characters`))
const offset = v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_OFFSET_PX))

const ENTRIES = {
  accent: v.pipe(v.string(), v.regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'a colour such as #0b6 or #00bb66')),
  position: v.picklist(['right', 'left']),
  offset: v.tuple([offset, offset]),
  scheme: v.picklist(['auto', 'light', 'dark']),
  locale: v.pipe(v.string(), v.regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'a language tag such as id or pt-BR')),
  greeting: words,
  texts: v.record(v.string(), words),
  hidden: v.boolean(),
} as const

const Strict = v.partial(v.strictObject(ENTRIES))
const NAMES = Object.keys(ENTRIES).join(', ')

/** A configuration to store. Throws a TypeError that names what does not fit. */
export function toSiteConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const parsed = v.safeParse(Strict, config, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const reason = issue.type === 'strict_object' ? `known are ${NAMES}` : issue.message
  throw new TypeError(`unable to use this configuration; ${v.getDotPath(issue) ?? 'it'}: ${reason}`)
}

/** What of a stored configuration may be served: each setting that fits. */
export function servableConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const fits = Object.entries(ENTRIES).filter(([name, schema]) => v.is(schema, config[name]))
  return Object.fromEntries(fits.map(([name]) => [name, config[name]]))
}
