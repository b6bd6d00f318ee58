// Where the writer's words end and a signature begins: below `-- `, below a drawn line, at "Sent from my …", at the close
// of a letter. A mark inside a text is none: what follows one must be short and no sentence. Only the end of a text is
// looked at.

import type { ReplyLine } from './reply-lines.ts'
import { CLOSINGS, SENT_FROM, SENT_FROM_ENDINGS } from './reply-words.ts'

/** Below `-- `: a name, a company, and what its lawyers add. */
const LONGEST_SIGNATURE = 25
/** Below a drawn line, which may as well divide a text. */
const LONGEST_BELOW_RULE = 8
const LONGEST_BELOW_CLOSING = 6
const LONGEST_SIGNATURE_LINE = 90

/** Where the signature begins among these lines, or their number. */
export function findSignature(lines: readonly ReplyLine[]): number {
  let end = lines.length
  // From strong to weak: each looks at what the one before has left, since mails often carry two.
  for (const find of [delimited, sentFrom, ruled, closed, nameAfterDash]) end = find(lines, end)
  return end
}

/** The lines before `end` that are not empty, from the last upwards, so many at most. */
function upwards(lines: readonly ReplyLine[], end: number, most: number) {
  const found: { readonly at: number; readonly line: ReplyLine }[] = []
  for (let at = end - 1; at >= 0 && found.length < most; at -= 1) {
    const line = lines[at]
    if (line !== undefined && line.text !== '') found.push({ at, line })
  }
  return found
}

function delimited(lines: readonly ReplyLine[], end: number): number {
  let found = end
  for (const { at, line } of upwards(lines, end, LONGEST_SIGNATURE + 1))
    if (line.text === '--' && !/^\s/.test(line.raw)) found = at
  return found
}

/** The telephone's line at the end, or several. */
function sentFrom(lines: readonly ReplyLine[], end: number): number {
  let found = end
  for (const { at, line } of upwards(lines, end, LONGEST_BELOW_RULE)) {
    if (!isSentFrom(line.text)) break
    found = at
  }
  return found
}

const STARTS = new Set(SENT_FROM.map((start) => start[0]))

/** "Sent from my iPhone", and not a sentence that begins so. */
export function isSentFrom(line: string): boolean {
  if (line.length < 6 || line.length > 4 * LONGEST_SIGNATURE_LINE) return false
  const text = withoutLink(line).toLowerCase()
  const isOne =
    (STARTS.has(text[0]) && SENT_FROM.some((start) => text.startsWith(start))) ||
    SENT_FROM_ENDINGS.some((ending) => text.endsWith(ending))
  return (
    isOne && text.length <= LONGEST_SIGNATURE_LINE && !/[.!?]$|[,;:] /.test(text) && text.split(' ', 11).length <= 10
  )
}

function withoutLink(text: string): string {
  const link = text.indexOf('<http')
  const bare = link < 0 ? text : text.slice(0, link)
  return bare.includes('*') ? bare.replaceAll('*', '').trim() : bare.trimEnd()
}

/** A drawn line where little follows and none of it is a sentence. */
function ruled(lines: readonly ReplyLine[], end: number): number {
  let below = 0
  for (const { at, line } of upwards(lines, end, LONGEST_BELOW_RULE + 1)) {
    if (line.isRule || line.text === '—') {
      const isAlone = at === 0 || lines[at - 1]?.text === ''
      return isAlone && below > 0 && !line.text.startsWith('=') ? at : end
    }
    if (isSentence(line)) return end
    below += 1
  }
  return end
}

const isSentence = ({ text }: ReplyLine): boolean =>
  text.length > LONGEST_SIGNATURE_LINE || (/[.!?:,。！？]$/.test(text) && text.split(' ', 5).length > 4)

/** "Kind regards," alone in its line, with a name and little else below. */
function closed(lines: readonly ReplyLine[], end: number): number {
  for (const { at, line } of upwards(lines, end, LONGEST_BELOW_CLOSING + 1)) {
    if (line.isRule || isSentence(line)) return end
    if (line.text.length <= 60 && CLOSINGS.has(wordsOnly(line.text))) return at
  }
  return end
}

const wordsOnly = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}&\s]/gu, '')
    .trim()

/** `-Name` as the last line. */
function nameAfterDash(lines: readonly ReplyLine[], end: number): number {
  for (const { at, line } of upwards(lines, end, 1)) {
    const isName = /^[-–—]\p{Lu}[\p{L}.'’]{1,30}(?: \p{Lu}[\p{L}.'’]{0,30}){0,3}$/u.test(line.text)
    if (isName && lines[at - 1]?.text === '') return at
  }
  return end
}
