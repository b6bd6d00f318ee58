// JSON of what is in every message, in a third of the time of `JSON.stringify` and equal to it: the server makes it for a
// digest, for the store, for the author and for those who watch.

/** What is escaped, and surrogates: those that stand alone are. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const TO_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

/** The JSON of a string. */
export const quoted = (text: string): string => (TO_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`)

/** The JSON of a record, of which most have a text and nothing else. */
export function recordJson(record: Readonly<Record<string, unknown>>): string {
  for (const key in record) if (key !== 'text') return JSON.stringify(record)
  const { text } = record
  return typeof text === 'string' ? `{"text":${quoted(text)}}` : JSON.stringify(record)
}
