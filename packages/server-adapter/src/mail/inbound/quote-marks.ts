// Where a quoted mail begins, as mail programs write it: "On …, … wrote:" over one to four lines, a copied head (From,
// Sent, To, Subject), a dashed "Original Message". It looks at a few lines at a time, with patterns that cannot go back:
// any text takes time in proportion to its length.

import type { ReplyLine } from './reply-lines.ts'
import {
  FORWARD_LINES,
  OPENING_WORDS,
  ORIGINAL_WORDS,
  WROTE_BEFORE_NAME,
  WROTE_SIGNS,
  WROTE_WORDS,
  type HeadLabel,
} from './reply-words.ts'

/** Programs wrap "On …, … wrote:" at 72 characters or so; four lines hold the longest seen. */
const MOST_LINES = 4
/** A copied head with its wrapped lines. */
const MOST_HEAD_LINES = 12
const MOST_BLANK_BELOW_RULE = 3

const DATE = /\b(?:19|20)\d\d\b|(?:19|20)\d\d[年년]|\d[./-]\d{1,2}[./-]\d\d/
const TIME = /\d[:.h]\d\d\b/
const BRACKETED_END = /(?:>|&gt;|\]|\))[\u200e\u200f\u202a-\u202e"']{0,4}$/
const WORDS = /[\s,;<>"'\u200e\u200f\u202a-\u202e]+/

/** A quoted mail that begins: its first line, and the first line after its head. */
export interface QuoteStart {
  readonly from: number
  readonly to: number
  /** A head or a dashed line shows a whole mail; "wrote:" shows words that are answered. */
  readonly isWholeMail: boolean
}

/** The quoted mail that begins at exactly this line, or null. */
export function quoteStartAt(lines: readonly ReplyLine[], at: number): QuoteStart | null {
  if (lines[at]?.text === '') return null
  return dashedAt(lines, at) ?? headAt(lines, at) ?? wroteAt(lines, at)
}

function wroteAt(lines: readonly ReplyLine[], from: number): QuoteStart | null {
  const first = lines[from]?.text ?? ''
  let joined = ''
  for (let at = from; at < Math.min(from + MOST_LINES, lines.length); at += 1) {
    const line = lines[at]
    if (line === undefined || line.text === '' || line.isMarked) return null
    joined = at === from ? line.text : `${joined} ${line.text}`
    // Words of the writer's own that stand right above it.
    if (at > from && opensWithWord(line.text)) return null
    if (line.mayEndHead && endsAsWrote(joined) && (at === from || opens(first) || isTail(line.text)))
      return { from, to: at + 1, isWholeMail: false }
    if (at === from && !opens(first) && !isTail(lines[at + 1]?.text ?? '')) return null
  }
  return null
}

/** Only an address, or only the verb: such a line cannot begin anything. */
const isTail = (text: string): boolean => text !== '' && (/^[<>[(]/.test(text) || !text.includes(' '))

/** The first line of "On …, … wrote:": it has a date, or opens with "On" and goes on with a number. */
function opens(text: string): boolean {
  const bare = withoutDashes(text)
  if (opensWithWord(bare)) return /\d/.test(bare.slice(0, 60))
  return /^[\d"]|^\p{L}{2,12}[.,]? /u.test(bare) && !/[.!?]$/.test(bare) && (DATE.test(bare) || TIME.test(bare))
}

function opensWithWord(text: string): boolean {
  const space = text.indexOf(' ')
  // "在 2024年…" is often written without the space.
  if (/^[在於]/.test(text)) return text.length > 2
  return space > 0 && space < 12 && OPENING_WORDS.has(text.slice(0, space).toLowerCase())
}

const withoutDashes = (text: string): string =>
  text.startsWith('--') || text.endsWith('--') ? text.replace(/^-{2,60} ?/, '').replace(/ ?-{2,60}$/, '') : text

function endsAsWrote(joined: string): boolean {
  const isAddressed = joined.includes('@')
  if (!isAddressed && !/\d/.test(joined)) return false
  const text = withoutDashes(joined)
  const hasColon = /[:：]$/.test(text)
  const body = hasColon ? text.slice(0, -1).trimEnd() : text
  const isDated = DATE.test(body) || TIME.test(body)
  const words = body.toLowerCase().split(WORDS)
  const last = words.at(-1) === '' ? words.at(-2) : words.at(-1)
  // Without the colon, only where nothing else is missing.
  if (!hasColon) return isDated && isAddressed && last !== undefined && WROTE_WORDS.has(last)
  const hasVerb =
    (last !== undefined && WROTE_WORDS.has(last)) ||
    WROTE_SIGNS.some((sign) => body.endsWith(sign)) ||
    // "schrieb Name": what follows the verb is no sentence.
    (words.some((word) => WROTE_BEFORE_NAME.has(word)) && !/[:!?] /.test(body.slice(-120)))
  if (hasVerb) return isDated || isAddressed || OPENING_WORDS.has(words[0] ?? '')
  return isDated && isAddressed && BRACKETED_END.test(body)
}

/** A copied head: at least three of its labels, and an address or a subject, so that "From: Here, To: There" is none. */
function headAt(lines: readonly ReplyLine[], start: number): QuoteStart | null {
  let at = start
  // The line above it, drawn or empty.
  if (lines[at]?.isRule === true) {
    at += 1
    for (let blank = 0; blank < MOST_BLANK_BELOW_RULE && lines[at]?.text === ''; blank += 1) at += 1
  }
  const labels = new Set<HeadLabel>()
  let isAddressed = false
  for (const end = at + MOST_HEAD_LINES; at < Math.min(end, lines.length); at += 1) {
    const { label, text } = lines[at] ?? { label: null, text: '' }
    if (label === null && (labels.size === 0 || !/^[<[(]|@/.test(text))) break
    if (label !== null) labels.add(label)
    isAddressed ||= text.includes('@')
  }
  const isHead = labels.size >= 3 && labels.has('from') && (labels.has('subject') || isAddressed)
  return isHead ? { from: start, to: at, isWholeMail: true } : null
}

/** `----- Original Message -----` in any language we know, or any words between dashes above a head. */
function dashedAt(lines: readonly ReplyLine[], at: number): QuoteStart | null {
  const text = lines[at]?.text ?? ''
  if (text.length > 90) return null
  if (/[:：]$/.test(text) && FORWARD_LINES.has(text.slice(0, -1).trimEnd().toLowerCase()))
    return { from: at, to: at + 1, isWholeMail: true }
  if (!text.startsWith('--') || !text.endsWith('-') || lines[at]?.isRule === true) return null
  const words = withoutDashes(text).toLowerCase()
  const head = headAt(lines, at + 1)
  if (ORIGINAL_WORDS.some((word) => words.includes(word)))
    return { from: at, to: head?.to ?? at + 1, isWholeMail: true }
  return head === null ? null : { ...head, from: at }
}
