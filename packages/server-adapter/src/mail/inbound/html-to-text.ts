// The words of an HTML mail as plain text, for mails without a plain body: paragraphs as lines, and what mail programs mark
// as quoted under `> `, so that what reads plain mails tells it apart. htmlparser2 reads it as a stream: no tree, no depth,
// and nothing of the HTML comes out, not even as text, but the words between its tags.

import { Parser } from 'htmlparser2'

/** Many times what a person writes; newsletters are shorter. */
const LONGEST_HTML = 2 * 1024 * 1024
/** More than is looked at below. */
const LONGEST_TEXT = 128 * 1024

/** Nobody writes deeper, and the parser's own stack takes the square of it. */
const DEEPEST_NESTING = 1_000
const CHUNK = 16 * 1024

const BLOCKS = new Set(
  `address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav
  ol p pre section table tr ul`.split(/\s+/),
)
/** Their content is no text. */
const HIDDEN = new Set(['head', 'script', 'style', 'title', 'template', 'noscript', 'svg', 'math', 'object', 'select'])
const VOID = new Set([
  'br',
  'hr',
  'img',
  'input',
  'meta',
  'link',
  'area',
  'base',
  'col',
  'embed',
  'source',
  'track',
  'wbr',
])

/** What programs put around the mail that is answered. */
const QUOTE_CLASSES = ['yahoo_quoted', 'protonmail_quote', 'tutanota_quote', 'moz-cite-prefix', 'zmail_extra']
/** Outlook marks where the answered mail begins: all after it belongs to that. */
const QUOTE_BEGINS = new Set([
  'divRplyFwdMsg',
  'appendonsend',
  'x_divRplyFwdMsg',
  'x_appendonsend',
  'mail-editor-reference-message-container',
])
const SIGNATURE_CLASSES = ['gmail_signature', 'moz-signature', 'protonmail_signature_block']
const SIGNATURE_IDS = new Set(['Signature', 'signature', 'ms-outlook-mobile-signature', 'x_Signature'])

/** A line that grows by pieces: asking a growing string for its last letter joins it each time. */
function createLine() {
  let pieces: string[] = []
  let hasWords = false
  return {
    add(piece: string) {
      if (piece === '') return
      pieces.push(piece)
      hasWords ||= piece.trim() !== ''
    },
    hasWords: () => hasWords,
    endsInSpace: () => pieces.length === 0 || (pieces.at(-1)?.endsWith(' ') ?? true),
    take() {
      const text = pieces.join('')
      pieces = []
      hasWords = false
      return text
    },
  }
}

type Role = 'quote' | 'hidden' | 'plain'

/** The text of an HTML mail, without quotes' words lost and without a tag. Never throws. */
export function htmlToText(html: string): string {
  const lines: string[] = []
  const line = createLine()
  let quotes = 0
  let hidden = 0
  let pre = 0
  let length = 0
  /** Elements that are open and what they are, so that each closing undoes what its opening did. */
  const open: { readonly name: string; readonly role: Role }[] = []

  const endLine = (isBlankAllowed: boolean) => {
    const text = line.take().trimEnd()
    const mark = quotes > 0 ? '> ' : ''
    if (text === '' && (!isBlankAllowed || lines.at(-1)?.replace('> ', '') === '')) return
    lines.push(mark + text)
    length += 1
  }
  const endBlock = () => {
    if (line.hasWords()) endLine(false)
    else line.take()
  }

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === 'br') return endLine(true)
        if (BLOCKS.has(name)) endBlock()
        const role = roleOf(name, attributes)
        if (name === 'p' || role === 'quote') endLine(true)
        if (isSignature(attributes) && hidden === 0 && !/^(?:> )?--$/.test(lastWords(lines))) {
          endBlock()
          lines.push(quotes > 0 ? '> -- ' : '-- ')
        }
        if (QUOTE_BEGINS.has(attributes.id ?? '')) {
          endBlock()
          lines.push('')
          // Never closed: it lasts to the end.
          quotes += 1
        }
        if (name === 'li') line.add('- ')
        if (name === 'img' && hidden === 0 && (attributes.alt ?? '').trim() !== '')
          line.add(`[${attributes.alt?.trim()}]`)
        if (VOID.has(name)) return
        if (role === 'quote') quotes += 1
        if (role === 'hidden') hidden += 1
        if (name === 'pre') pre += 1
        open.push({ name, role })
      },
      ontext(text) {
        if (hidden > 0 || length > LONGEST_TEXT) return
        length += text.length
        if (pre > 0) {
          const [first = '', ...rest] = text.split('\n')
          line.add(first)
          for (const next of rest) {
            endLine(true)
            line.add(next)
          }
          return
        }
        const words = text.replace(/[\s\u00a0]+/g, ' ')
        line.add(line.endsInSpace() ? words.trimStart() : words)
      },
      onclosetag(name) {
        if (VOID.has(name)) return
        if (open.at(-1)?.name !== name) return
        const closed = open.pop()
        if (name === 'td' || name === 'th') line.add(' ')
        if (BLOCKS.has(name)) endBlock()
        if (name === 'pre') pre -= 1
        if (closed?.role === 'hidden') hidden -= 1
        if (closed?.role === 'quote') {
          endBlock()
          quotes -= 1
        }
        if (name === 'p' || closed?.role === 'quote') endLine(true)
      },
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: false },
  )
  for (let at = 0; at < Math.min(html.length, LONGEST_HTML); at += CHUNK) {
    parser.write(html.slice(at, at + CHUNK))
    if (open.length > DEEPEST_NESTING || length > LONGEST_TEXT) break
  }
  parser.end()
  endBlock()
  return lines.join('\n').trim()
}

function roleOf(name: string, attributes: Readonly<Record<string, string>>): Role {
  if (HIDDEN.has(name) || isInvisible(attributes)) return 'hidden'
  if (name === 'blockquote') return 'quote'
  return hasClass(attributes, QUOTE_CLASSES) ? 'quote' : 'plain'
}

const hasClass = (attributes: Readonly<Record<string, string>>, classes: readonly string[]): boolean => {
  const own = (attributes.class ?? '').slice(0, 1_000).split(/\s+/)
  return classes.some((name) => own.includes(name))
}

/** Preview texts and trackers that no reader sees. */
function isInvisible(attributes: Readonly<Record<string, string>>): boolean {
  const style = (attributes.style ?? '').slice(0, 1_000).toLowerCase().replaceAll(' ', '')
  return style.includes('display:none') || 'hidden' in attributes
}

const isSignature = (attributes: Readonly<Record<string, string>>): boolean =>
  hasClass(attributes, SIGNATURE_CLASSES) || SIGNATURE_IDS.has(attributes.id ?? '')

/** The last line with words in it: `-- ` often stands there already. */
function lastWords(lines: readonly string[]): string {
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - 3); at -= 1) {
    const text = lines[at]?.trim() ?? ''
    if (text !== '' && text !== '>') return text
  }
  return ''
}
