import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { UUID_PATTERN } from '../uuid.ts'

/** A UUID in lower-case text form. */
export const Uuid = v.pipe(v.string(), v.regex(UUID_PATTERN, 'a UUID in lower case'))

/** A file's id: 128 random bits in lower-case hexadecimal. */
export const FileId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'the id of an uploaded file'))

/** A log number: 1, 2, 3 …; 0 stands for "nothing yet". */
export const LogNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Milliseconds since 1970. */
export const Timestamp = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The public name of a site, as in `https://chat.example.com/acme/widget.js`. */
export const SiteId = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'a site id: a-z, 0-9 and inner hyphens, at most 40'),
)

// Postgres text cannot hold NUL, and no database holds a lone surrogate: what cannot be kept byte for byte is refused.
// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Text that every database keeps byte for byte: well-formed Unicode without NUL. */
export const storableText = (maxLength: number) =>
  v.pipe(
    v.string(),
    v.maxLength(maxLength, `at most ${maxLength} characters`),
    v.check((text) => !UNSTORABLE.test(text), 'well-formed Unicode without NUL'),
  )

/** One e-mail address, and nothing that a mail program could read as more than one. */
export const MailAddress = v.pipe(
  storableText(LIMITS.addressLength),
  v.regex(/^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,253}$/u, 'an e-mail address'),
)

/** Whose mails have been enough for a while. */
export const MailLimit = v.picklist(['recipient', 'conversation', 'site', 'server'])

/** A message's text. */
export const MessageText = v.pipe(storableText(LIMITS.textLength), v.minLength(1, 'some text'))
