import { extensionOf, FILE_TYPES, LIMITS } from '@pendopo/protocol'
import { RequestError } from '../request-error.ts'

// Control characters; what turns the direction of text or hides in it, and so can show `exe.jpg` for `gpj.exe`; what
// separates folders or is not allowed in names on Windows.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\/:*?"<>|]/g
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/** Characters of a typed name that are looked at: many times what is kept. */
const LONGEST_READ = 1_000

/**
 * A file's name as it is kept and given back: the last part of a path, composed (NFC), without what misleads, cut to its
 * limit before the extension. Throws `unsupported_type` where the extension is not one that is taken.
 */
export function toFileName(typed: string): { readonly name: string; readonly extension: string } {
  // Length first: what trims the ends of a text takes the square of it. The end is kept, for the extension.
  const last = (typed.split(/[\\/]/).at(-1) ?? '').slice(-LONGEST_READ)
  const clean = last
    .replace(LONE_SURROGATE, '')
    .normalize('NFC')
    .replace(UNSAFE, '')
    .replace(/[\s.]+$/, '')
  const extension = extensionOf(clean)
  if (!Object.hasOwn(FILE_TYPES, extension))
    throw new RequestError(
      'unsupported_type',
      `name: it ends in one of ${Object.keys(FILE_TYPES).join(', ')}, and not like ${JSON.stringify(clean.slice(-20))}`,
    )
  const stem = clean.slice(0, -extension.length - 1).replace(/^[\s.]+|\s+$/g, '')
  const suffix = clean.slice(-extension.length - 1)
  return {
    name: cut(stem === '' ? 'file' : stem, LIMITS.fileNameBytes - Buffer.byteLength(suffix)) + suffix,
    extension,
  }
}

/** The longest start of whole characters within so many bytes. */
function cut(text: string, bytes: number): string {
  let kept = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    kept += character
  }
  return kept
}
