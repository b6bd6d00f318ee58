// A text as lines, each looked at once: what the search for quotes and signatures asks of a line again and again.

import { HEAD_LABELS, WROTE_WORDS, type HeadLabel } from './reply-words.ts'

export interface ReplyLine {
  readonly raw: string
  /** Its start without what surrounds it; empty for an empty line. */
  readonly text: string
  /** Quoted by its own sign. */
  readonly isMarked: boolean
  /** Dashes, low lines or equals signs and nothing else. */
  readonly isRule: boolean
  /** `From: …`, `*Von:* …`, `De : …`: which label it is. */
  readonly label: HeadLabel | null
  /** It ends like "On …, … wrote:" may. */
  readonly mayEndHead: boolean
}

/** Many times what a person writes, and what a message holds. */
const LONGEST_TEXT = 64 * 1024
const LONGEST_LINE = 16 * 1024
const MOST_LINES = 3_000
/** Empty lines in a row that are kept. */
const MOST_BLANK = 3
/** Of a longer line only this much is looked at: names, dates and addresses in a head are shorter. */
const LONGEST_READ = 400
const DIRECTION = '\u200e\u200f\u202a\u202b\u202c\u202d\u202e'
const RULE_SIGNS = '-_=—–'

/** The lines of a text, and whether any of it was left out for its length. */
export function readLines(text: string): { readonly lines: readonly ReplyLine[]; readonly isCut: boolean } {
  const looked = text.slice(0, 64 * LONGEST_TEXT)
  const lines: ReplyLine[] = []
  let isCut = text.length > looked.length
  let left = LONGEST_TEXT
  let blank = 0
  // Lines are cut before the whole is: one endless line of a quote must not hide the words below it.
  for (const whole of looked.split(/\r\n|\r|\n/)) {
    if (left <= 0 || lines.length >= MOST_LINES) return { lines, isCut: true }
    const raw = whole.slice(0, Math.min(LONGEST_LINE, left))
    isCut ||= raw.length < whole.length
    left -= raw.length + 1
    const line = readLine(raw)
    blank = line.text === '' ? blank + 1 : 0
    if (blank <= MOST_BLANK) lines.push(line)
  }
  return { lines, isCut }
}

const BLANK: ReplyLine = { raw: '', text: '', isMarked: false, isRule: false, label: null, mayEndHead: false }

function readLine(raw: string): ReplyLine {
  const text = withoutDirection(raw.slice(0, LONGEST_READ).trim())
  if (text === '') return raw.length > LONGEST_READ ? { ...BLANK, raw, text: '…' } : BLANK
  return {
    raw,
    text,
    // A line of `>:` is the end of a wrapped "… wrote <address>:".
    isMarked: text.startsWith('>') && (text.length > 4 || text.replaceAll(' ', '') !== '>:'),
    isRule: isRule(text),
    label: labelOf(text),
    mayEndHead: mayEndHead(text),
  }
}

/** Marks of direction at the end of a line hide its colon. */
function withoutDirection(text: string): string {
  let end = text.length
  while (end > 0 && DIRECTION.includes(text[end - 1] ?? ' ')) end -= 1
  return text.slice(0, end)
}

function isRule(text: string): boolean {
  if (text.length < 2 || text.length >= LONGEST_READ) return false
  const bare = text.startsWith('*') ? text.replaceAll('*', '') : text
  const [sign = ' '] = bare
  return RULE_SIGNS.includes(sign) && bare === sign.repeat(bare.length)
}

function labelOf(text: string): HeadLabel | null {
  const start = text.slice(0, 30)
  const colon = start.search(/[:：]/)
  if (colon < 1) return null
  const name = start.slice(0, colon).replaceAll('*', '').trim().toLowerCase()
  return HEAD_LABELS.get(name) ?? null
}

function mayEndHead(text: string): boolean {
  if (text.endsWith(':') || text.endsWith('：') || text.endsWith('--')) return true
  return WROTE_WORDS.has(text.slice(text.lastIndexOf(' ') + 1).toLowerCase())
}
