// What of a plain mail its writer wrote: the rest is what they quoted and what stands below every mail of theirs. It goes
// through the lines once and knows nothing of where the mail goes. docs/decisions/0013-reply-trimming.md says why it is ours.

import { findSignature, isSentFrom } from './find-signature.ts'
import { quoteStartAt } from './quote-marks.ts'
import { readLines, type ReplyLine } from './reply-lines.ts'

export interface TrimmedReply {
  /** What to show: no quote above or below it. Quotes that are answered one by one stay between the answers. */
  readonly visible: string
  readonly quoted: string
  readonly signature: string
  /** The text was longer than what is looked at; what lay beyond is in none of the three. */
  readonly isCut: boolean
}

/** A marked line as long as this was wrapped on its way: what follows without a mark still belongs to it. */
const WRAPPED_LENGTH = 60
const MOST_WRAPPED_LINES = 2

type Part = 'own' | 'quote' | 'signature'

interface Block {
  readonly part: Part
  readonly lines: readonly ReplyLine[]
  /** A quote that shows a whole mail with its head, as a forwarded one does. */
  readonly isWholeMail?: boolean
}

/** Tells a reply's own words from what is quoted and from the signature. Never throws. */
export function trimReply(text: string): TrimmedReply {
  const { lines: all, isCut } = readLines(text)
  const lines = hideCode(all)
  const blocks = toBlocks(lines).flatMap(splitSignature)
  const quote = blocks.find(({ part }) => part === 'quote')
  // A mail that only forwards another says with it what it has to say; and a signature alone is better than nothing.
  if (!blocks.some(({ part }) => part === 'own') && (quote === undefined || quote.isWholeMail === true))
    return { visible: join(lines), quoted: '', signature: '', isCut }
  const isInline = countAnswered(blocks) >= 2
  const shown = { own: [] as string[], quote: [] as string[], signature: [] as string[] }
  for (const [at, block] of blocks.entries()) {
    const part = isInline && isAnswered(blocks, at) ? 'own' : block.part
    shown[part].push(join(block.lines))
  }
  const textOf = (part: Part) => shown[part].join('\n\n')
  return { visible: textOf('own'), quoted: textOf('quote'), signature: textOf('signature'), isCut }
}

const EMPTY: ReplyLine = { raw: '', text: '', isMarked: false, isRule: false, label: null, mayEndHead: false }

function toBlocks(lines: readonly ReplyLine[]): readonly Block[] {
  const blocks: Block[] = []
  let own: ReplyLine[] = []
  let quote: ReplyLine[] = []
  let isWholeMail = false
  const closeOwn = () => {
    if (own.some(({ text }) => text !== '')) {
      closeQuote()
      blocks.push({ part: 'own', lines: own })
    }
    own = []
  }
  const closeQuote = () => {
    if (quote.length > 0) blocks.push({ part: 'quote', lines: quote, isWholeMail })
    quote = []
  }
  const addQuote = (from: number, to: number, whole: boolean) => {
    closeOwn()
    if (quote.length === 0) isWholeMail = whole
    else quote.push(EMPTY)
    for (let at = from; at < to; at += 1) quote.push(lines[at] ?? EMPTY)
    return to
  }
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? EMPTY
    const start = quoteStartAt(lines, at)
    if (start !== null) {
      const next = skipBlank(lines, start.to)
      // With marks the quote ends where they end; without them nothing says where, and mail programs put it last.
      at = addQuote(
        start.from,
        lines[next]?.isMarked === true ? endOfMarked(lines, next) : lines.length,
        start.isWholeMail,
      )
    } else if (line.isMarked) {
      at = addQuote(at, endOfMarked(lines, at), false)
    } else {
      own.push(line)
      at += 1
      if (isPlainQuoteBelow(lines, at) && own.some(({ text }) => text !== '' && !isSentFrom(text)))
        at = addQuote(at, lines.length, false)
    }
  }
  closeOwn()
  closeQuote()
  return blocks
}

/** Programs put "Sent from my …" between the reply and the quote: words below it that nothing else marks are the quote. */
function isPlainQuoteBelow(lines: readonly ReplyLine[], at: number): boolean {
  if ((at > 1 && lines[at - 2]?.text !== '') || !isSentFrom(lines[at - 1]?.text ?? '')) return false
  const next = skipBlank(lines, at)
  const line = lines[next]
  return line !== undefined && !line.isMarked && !isSentFrom(line.text) && quoteStartAt(lines, next) === null
}

/** What a line of code reads like to the search for marks: a sentence, and so none of them. */
const CODE = 'what stands here is code.'

/** Lines of code between fences: nothing in them is a mark. */
function hideCode(lines: readonly ReplyLine[]): readonly ReplyLine[] {
  const fences = lines.flatMap(({ raw }, at) => (raw.startsWith('```') ? [at] : []))
  const hidden = [...lines]
  for (let pair = 0; pair + 1 < fences.length; pair += 2)
    for (let at = fences[pair] ?? 0; at <= (fences[pair + 1] ?? 0); at += 1)
      hidden[at] = { ...EMPTY, raw: lines[at]?.raw ?? '', text: CODE }
  return hidden
}

function skipBlank(lines: readonly ReplyLine[], from: number): number {
  let at = from
  while (lines[at]?.text === '') at += 1
  return at
}

/** The first line after a run of marked ones, with what was wrapped out of them. */
function endOfMarked(lines: readonly ReplyLine[], from: number): number {
  let at = from
  for (;;) {
    while (lines[at]?.isMarked === true) at += 1
    if ((lines[at - 1]?.raw.length ?? 0) < WRAPPED_LENGTH) return at
    let next = at
    while (next < at + MOST_WRAPPED_LINES && lines[next]?.isMarked === false && lines[next]?.text !== '') next += 1
    if (next === at || lines[next]?.isMarked !== true) return at
    at = next
  }
}

function splitSignature(block: Block): readonly Block[] {
  if (block.part !== 'own') return [block]
  const at = findSignature(block.lines)
  if (at === block.lines.length) return [block]
  const own = block.lines.slice(0, at)
  const signature: Block = { part: 'signature', lines: block.lines.slice(at) }
  return own.some(({ text }) => text !== '') ? [{ part: 'own', lines: own }, signature] : [signature]
}

/** A quote with words of the writer's below it. Where there are several, they say little without the quotes between. */
function isAnswered(blocks: readonly Block[], at: number): boolean {
  if (blocks[at]?.part !== 'quote') return false
  const next = blocks[at + 1]?.part === 'signature' ? blocks[at + 2] : blocks[at + 1]
  return next?.part === 'own'
}

function countAnswered(blocks: readonly Block[]): number {
  let count = 0
  for (let at = 0; at < blocks.length && count < 2; at += 1) if (isAnswered(blocks, at)) count += 1
  return count
}

/** Lines as one text, without empty ones at its ends. */
function join(lines: readonly ReplyLine[]): string {
  const first = skipBlank(lines, 0)
  let end = lines.length
  while (end > first && lines[end - 1]?.text === '') end -= 1
  return lines
    .slice(first, end)
    .map(({ raw }) => raw)
    .join('\n')
}
