// A mail's bytes to plain data, within limits of number and length. It runs in a thread of its own (mail-reader.ts), which
// bounds its time and memory; what it knows of MIME is postal-mime.

import PostalMime, { decodeWords, type Attachment, type Email } from 'postal-mime'
import { htmlToText } from './html-to-text.ts'
import { hasTooManyLines, hashBody, tidyBytes } from './mail-bytes.ts'
import type {
  MailAddress,
  MailAttachment,
  MailHeader,
  MailReading,
  MailWords,
  ParsedMail,
  UnreadableReason,
} from './parsed-mail.ts'
import { isPlainSender, readAddresses } from './sender-header.ts'
import { trimReply } from './trim-reply.ts'

/** What providers carry, attachments in base64 included. */
export const LONGEST_MAIL = 25 * 1024 * 1024
const DEEPEST_NESTING = 50
const LONGEST_HEADERS = 1024 * 1024
const MOST_HEADERS = 300
/** Signatures of a long key, and lists of results, are below it. */
const LONGEST_HEADER = 8 * 1024
const MOST_ADDRESSES = 200
const LONGEST_ADDRESS_HEADER = 64 * 1024
const MOST_REFERENCES = 100
const MOST_ATTACHMENTS = 200
const LONGEST_NAME = 255
const LONGEST_SUBJECT = 1_000

/** One of these stands in the head of every mail, however broken. */
const MAIL_HEADERS = new Set([
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'mime-version',
  'content-type',
  'delivered-to',
])

/** Reads a mail; never throws. */
export async function readMail(raw: Uint8Array): Promise<MailReading> {
  if (raw.length > LONGEST_MAIL) return { kind: 'unreadable', why: 'too_large' }
  const bytes = tidyBytes(raw)
  if (hasTooManyLines(bytes)) return { kind: 'unreadable', why: 'too_large' }
  try {
    const email = await PostalMime.parse(bytes, {
      maxNestingDepth: DEEPEST_NESTING,
      maxHeadersSize: LONGEST_HEADERS,
      // A mail within a mail is what somebody attached, not what they say.
      forceRfc822Attachments: true,
    })
    if (!email.headers.some(({ key }) => MAIL_HEADERS.has(key))) return { kind: 'unreadable', why: 'no_mail' }
    const mail = toParsedMail(email, raw.length, hashBody(bytes))
    return { kind: 'mail', mail, words: wordsOf(mail) }
  } catch (error) {
    return { kind: 'unreadable', why: reasonOf(error) }
  }
}

function reasonOf(error: unknown): UnreadableReason {
  const text = error instanceof Error ? error.message : ''
  if (/nesting depth/i.test(text)) return 'too_deep'
  return /header size/i.test(text) ? 'too_large' : 'malformed'
}

function toParsedMail(email: Email, size: number, bodyHash: string): ParsedMail {
  const headers = email.headers
    .slice(0, MOST_HEADERS)
    .map(({ key, value }): MailHeader => ({ name: key, value: value.slice(0, LONGEST_HEADER) }))
  const valuesOf = (name: string) => email.headers.filter(({ key }) => key === name).map(({ value }) => value)
  const addressesOf = (name: string) => readList(valuesOf(name))
  const from = valuesOf('from')
  const [onlyFrom = ''] = from
  const date = email.date === undefined ? Number.NaN : Date.parse(email.date)
  return {
    messageId: idsIn(valuesOf('message-id'))[0] ?? null,
    from: readList(from),
    isFromPlain: from.length === 1 && onlyFrom.length <= LONGEST_HEADER && isPlainSender(onlyFrom),
    sender: addressesOf('sender')[0] ?? null,
    replyTo: addressesOf('reply-to'),
    to: addressesOf('to'),
    cc: addressesOf('cc'),
    subject: oneLine(decodeWords((valuesOf('subject')[0] ?? '').slice(0, LONGEST_HEADER))).slice(0, LONGEST_SUBJECT),
    date: Number.isNaN(date) ? null : new Date(date).toISOString(),
    inReplyTo: idsIn(valuesOf('in-reply-to')),
    references: idsIn(valuesOf('references')),
    headers,
    text: email.text ?? null,
    html: email.html ?? null,
    attachments: email.attachments.slice(0, MOST_ATTACHMENTS).map(toAttachment),
    size,
    bodyHash,
  }
}

const oneLine = (text: string): string =>
  text
    .split(/[\r\n]+/)
    .join(' ')
    .trim()

function readList(values: readonly string[]): readonly MailAddress[] {
  return values
    .flatMap((value) => readAddresses(value.slice(0, LONGEST_ADDRESS_HEADER)))
    .slice(0, MOST_ADDRESSES)
    .map(({ name, address }) => ({ name: oneLine(name).slice(0, LONGEST_NAME), address: oneLine(address) }))
}

/** The ids of a header, the last ones where there are many: the nearest stand last. */
function idsIn(values: readonly string[]): readonly string[] {
  const ids = values.flatMap((value) => value.slice(-LONGEST_ADDRESS_HEADER).split(/[\s,]+/))
  return ids
    .filter((id) => id.startsWith('<') && id.endsWith('>') && id.length > 2 && id.length <= 998)
    .slice(-MOST_REFERENCES)
}

function toAttachment({ filename, mimeType, content, contentId, disposition }: Attachment): MailAttachment {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)
  return {
    name: filename === null ? null : oneLine(filename).slice(0, LONGEST_NAME),
    type: mimeType.slice(0, LONGEST_NAME),
    size: bytes.length,
    bytes,
    contentId: contentId?.slice(0, LONGEST_NAME) ?? null,
    disposition: disposition?.slice(0, LONGEST_NAME) ?? null,
  }
}

/** The plain body where there are words in it, else what the HTML says. */
function wordsOf({ text, html }: ParsedMail): MailWords {
  const isText = text !== null && text.trim() !== ''
  const words = isText ? text : htmlToText(html ?? '')
  return { ...trimReply(words), from: isText ? 'text' : words === '' ? 'nothing' : 'html' }
}
