// What people typed, made fit for one line of a header, and for the body. Header injection ends here: no control character
// passes, whatever it is called in Unicode, and neither does a ready-made encoded word, which a mail program would decode
// into what was taken out before.

/** Longest text that is looked at, as a multiple of what is kept: removing must not take long on what is long. */
const READ_FACTOR = 8

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
/** What separates lines or words somewhere: becomes a space. */
const SEPARATORS = /[\t\n\v\f\r\u0085\u00a0\u2028\u2029]/g
/** Other controls, and what turns or hides text: marks of direction, zero-width spaces. Joiners stay: words need them. */
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g

/** One line for a header or a label: composed (NFC), nothing unseen, at most so many code points. */
export function toHeaderText(typed: string, longest: number): string {
  const clean = typed
    .slice(0, longest * READ_FACTOR)
    .replace(LONE_SURROGATE, '')
    .normalize('NFC')
    .replace(SEPARATORS, ' ')
    .replace(UNSEEN, '')
    .replaceAll('=?', '= ?')
    .replace(/ {2,}/g, ' ')
    .trim()
  const points = Array.from(clean)
  return points.length <= longest
    ? clean
    : `${points
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
}

/** Everything a body cannot show: controls but line ends and tabs, and what overrides the direction of what follows. */
// oxlint-disable-next-line no-control-regex
const UNSHOWN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\ufeff]/g

/** Text for the body: whole, its lines ended by `\n`. */
export const toBodyText = (typed: string): string =>
  typed
    .replace(LONE_SURROGATE, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(UNSHOWN, '')
