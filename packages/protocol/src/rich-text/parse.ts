// A small Markdown: **bold**, *italic*, _italic_, `code`, ```blocks```, [text](address), and bare addresses. Produces a
// tree, never HTML. One pass without regular expressions that could backtrack; each character is looked at a bounded
// number of times, because the text comes from strangers. What does not close stays as it was typed.

import { toSafeUrl } from './links.ts'

export type RichNode =
  | string
  | { readonly type: 'bold' | 'italic'; readonly children: readonly RichNode[] }
  | { readonly type: 'code' | 'block'; readonly text: string }
  | { readonly type: 'link'; readonly url: string; readonly text: string }

/** An opened mark whose end has not come yet. */
interface Frame {
  readonly mark: string
  readonly nodes: RichNode[]
}

const STARTS = ['https://', 'http://', 'www.', 'mailto:', 'tel:']
const isSpace = (char: string): boolean => char === '' || /\s/.test(char)
const isWord = (char: string): boolean => /[\p{L}\p{N}]/u.test(char)
const isMail = (char: string): boolean => /[\w.+-]/.test(char)

/** The tree of a message. */
export function parseRichText(text: string): readonly RichNode[] {
  const root: Frame = { mark: '', nodes: [] }
  const frames: Frame[] = [root]
  /** Marks that have no end further on: looked for once. */
  const hopeless = new Set<string>()
  let plain = ''
  let at = 0

  const top = (): Frame => frames[frames.length - 1] ?? root
  const push = (node: RichNode): void => {
    flush()
    top().nodes.push(node)
  }
  const flush = (): void => {
    if (plain !== '') top().nodes.push(plain)
    plain = ''
  }
  /** Ends the frame at the top; `isWhole` says whether its closing mark was found. */
  const unwind = (isWhole: boolean): void => {
    flush()
    const frame = frames.pop()
    if (frame === undefined) return
    const { mark, nodes } = frame
    if (!isWhole) top().nodes.push(mark, ...nodes)
    else top().nodes.push({ type: mark === '**' ? 'bold' : 'italic', children: nodes })
  }
  const endOf = (mark: string, from: number): number => {
    if (hopeless.has(mark)) return -1
    const end = text.indexOf(mark, from)
    if (end === -1) hopeless.add(mark)
    return end
  }

  while (at < text.length) {
    const char = text[at] ?? ''
    if (char === '`') {
      const mark = text.startsWith('```', at) ? '```' : '`'
      const end = endOf(mark, at + mark.length)
      const inner = end === -1 ? '' : text.slice(at + mark.length, end)
      if (inner.trim() !== '') {
        push(mark === '`' ? { type: 'code', text: inner } : { type: 'block', text: trimBlock(inner) })
        at = end + mark.length
        continue
      }
      plain += mark
      at += mark.length
    } else if (char === '*' || char === '_') {
      const mark = text.startsWith('**', at) ? '**' : char
      const before = text[at - 1] ?? ''
      const after = text[at + mark.length] ?? ''
      const opened = frames.findIndex((frame) => frame.mark === mark)
      if (opened > 0 && !isSpace(before) && !(char === '_' && isWord(after))) {
        while (frames.length > opened + 1) unwind(false)
        unwind(true)
      } else if (opened === -1 && !isSpace(after) && !isWord(before)) {
        flush()
        frames.push({ mark, nodes: [] })
      } else plain += mark
      at += mark.length
    } else {
      const link = char === '[' ? namedLink(text, at) : isWord(text[at - 1] ?? '') ? null : bareLink(text, at)
      const mail = char === '@' ? mailLink(text, at, plain) : null
      if (mail !== null) {
        plain = plain.slice(0, plain.length - mail.before)
        push({ type: 'link', url: `mailto:${mail.text}`, text: mail.text })
        at = mail.end
      } else if (link !== null) {
        push({ type: 'link', url: link.url, text: link.text })
        at = link.end
      } else {
        plain += char
        at++
      }
    }
  }
  while (frames.length > 1) unwind(false)
  flush()
  return root.nodes
}

/** Drops the line breaks around a block and the name of its language. */
function trimBlock(inner: string): string {
  const lineEnd = inner.indexOf('\n')
  const isNamed = lineEnd > 0 && lineEnd < 20 && !isSpace(inner[0] ?? '') && !inner.slice(0, lineEnd).includes(' ')
  const body = isNamed || lineEnd === 0 ? inner.slice(lineEnd + 1) : inner
  return body.endsWith('\n') ? body.slice(0, -1) : body
}

interface Link {
  readonly url: string
  readonly text: string
  readonly end: number
}

/** `[text](address)`; neither part holds brackets, so what was looked at in vain is looked at only once more. */
function namedLink(text: string, at: number): Link | null {
  const labelEnd = runUntil(text, at + 1, '[]\n')
  if (labelEnd === at + 1 || !text.startsWith('](', labelEnd)) return null
  const end = runUntil(text, labelEnd + 2, '()[]<> \n')
  const url = text[end] === ')' ? toSafeUrl(text.slice(labelEnd + 2, end)) : null
  return url === null ? null : { url, text: text.slice(at + 1, labelEnd), end: end + 1 }
}

function bareLink(text: string, at: number): Link | null {
  const start = STARTS.find((candidate) => text.startsWith(candidate, at))
  if (start === undefined) return null
  let end = runUntil(text, at + start.length, '<>"` \n\t\u00a0')
  // Punctuation at the end belongs to the sentence, and so does a bracket that was opened before the address.
  const address = text.slice(at, end)
  let brackets = 0
  for (const char of address) brackets += char === '(' ? 1 : char === ')' ? -1 : 0
  for (let last = text[end - 1] ?? ''; ".,;:!?'*_)]}…".includes(last); last = text[end - 1] ?? '') {
    if (last === ')' && brackets++ >= 0) break
    end--
  }
  if (end <= at + start.length) return null
  const shown = text.slice(at, end)
  const url = toSafeUrl(start === 'www.' ? `https://${shown}` : shown)
  return url === null ? null : { url, text: shown, end }
}

/** A bare e-mail address around the `@`; what stands before it is still in `plain`. */
function mailLink(text: string, at: number, plain: string): { before: number; text: string; end: number } | null {
  let before = 0
  while (before < 64 && isMail(plain[plain.length - 1 - before] ?? ' ')) before++
  let end = at + 1
  while (isMail(text[end] ?? ' ')) end++
  while ('.-+_'.includes(text[end - 1] ?? ' ')) end--
  const domain = text.slice(at + 1, end)
  if (before === 0 || domain.indexOf('.') < 1) return null
  return { before, text: text.slice(at - before, end), end }
}

function runUntil(text: string, from: number, stops: string): number {
  let end = from
  while (end < text.length && !stops.includes(text[end] ?? '')) end++
  return end
}
