// The mail in what a mail service posts, byte for byte. Each has its form: the mail as it is, a field of an HTML form
// (SendGrid `email`, Mailgun `body-mime`), text in JSON (Postmark `RawEmail`), base64 in JSON (anybody's own). Services that
// would rather parse the mail themselves are asked for the raw one.

import { Busboy } from '@fastify/busboy'
import * as v from 'valibot'

/** Who sent it to whom, by the mail service's word: for copies whose headers do not say. */
export interface Envelope {
  readonly from?: string
  readonly to: readonly string[]
}

export interface PostedMail {
  readonly raw: Buffer
  readonly envelope: Envelope | undefined
}

export type PostedForm = 'raw' | 'multipart' | 'urlencoded' | 'json'

/** The body is not what it says it is, or there is no mail in it. */
export class NoMailError extends Error {
  override readonly name = 'NoMailError'
}

const FORMS: Readonly<Record<string, PostedForm>> = {
  'message/rfc822': 'raw',
  'multipart/form-data': 'multipart',
  'application/x-www-form-urlencoded': 'urlencoded',
  'application/json': 'json',
}

export function formOf(contentType: string | undefined): PostedForm | undefined {
  return FORMS[(contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '']
}

/** How many bytes of a body may hold a mail of this many. */
export function bodyBytesFor(form: PostedForm, mailBytes: number): number {
  const beside = 1_000_000
  switch (form) {
    case 'raw':
      return mailBytes
    case 'multipart':
      return mailBytes + beside
    case 'json':
      // Base64, or line ends as two characters each.
      return Math.ceil(mailBytes * 1.4) + beside
    case 'urlencoded':
      return mailBytes * 2 + beside
  }
}

/** Rejects with a `NoMailError`. */
export async function findPostedMail(
  form: PostedForm,
  contentType: string,
  body: Buffer,
  maxBytes: number,
): Promise<PostedMail> {
  const found = form === 'raw' ? { raw: body, envelope: undefined } : await unwrap(form, contentType, body, maxBytes)
  if (found.raw.length === 0) throw new NoMailError('the mail is empty')
  return found
}

const unwrap = (form: Exclude<PostedForm, 'raw'>, contentType: string, body: Buffer, maxBytes: number) =>
  form === 'json' ? findInJson(body) : findInForm(form, contentType, body, maxBytes)

/** RFC 5321: 64 for the local part, 255 for the domain. */
const Address = v.pipe(v.string(), v.maxLength(320))
const Addresses = v.pipe(v.array(Address), v.maxLength(100))
const Postmark = v.object({ RawEmail: v.string(), OriginalRecipient: v.optional(Address) })
const Own = v.object({
  raw: v.pipe(
    v.string(),
    v.check((text) => !/[^\w+/=\s-]/.test(text), 'base64 expected'),
  ),
  from: v.optional(Address),
  to: v.optional(Addresses),
})

function findInJson(body: Buffer): PostedMail {
  const json = parseJson(body.toString())
  const postmark = v.safeParse(Postmark, json)
  if (postmark.success) {
    const { RawEmail, OriginalRecipient: to } = postmark.output
    return { raw: Buffer.from(RawEmail), envelope: to === undefined ? undefined : { to: [to] } }
  }
  const own = v.safeParse(Own, json)
  if (!own.success)
    throw new NoMailError('no raw mail in it: RawEmail (Postmark: "Include raw email content") or raw, in base64')
  const { raw, from, to } = own.output
  return {
    raw: Buffer.from(raw, 'base64'),
    envelope: to === undefined ? undefined : { to, ...(from !== undefined && { from }) },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NoMailError('the body is no JSON')
  }
}

const MAIL_FIELDS = ['email', 'body-mime']
const SMALL_FIELDS = ['envelope', 'sender', 'recipient']
const SMALL_BYTES = 100_000
/** SendGrid and Mailgun send about twenty fields. */
const FIELDS_MAX = 200

async function findInForm(
  form: 'multipart' | 'urlencoded',
  contentType: string,
  body: Buffer,
  maxBytes: number,
): Promise<PostedMail> {
  const fields = await readForm(form, contentType, body, maxBytes)
  const raw = MAIL_FIELDS.map((name) => fields.get(name)).find((value) => value !== undefined)
  if (raw === undefined)
    throw new NoMailError(
      'no raw mail in it: email (SendGrid: "POST the raw, full MIME message") or body-mime (Mailgun)',
    )
  return { raw, envelope: envelopeIn(fields) }
}

const SendGridEnvelope = v.object({ to: Addresses, from: v.optional(Address) })

function envelopeIn(fields: ReadonlyMap<string, Buffer>): Envelope | undefined {
  const text = fields.get('envelope')?.toString()
  if (text !== undefined) {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SendGridEnvelope), text)
    if (!parsed.success) return undefined
    const { to, from } = parsed.output
    return { to, ...(from !== undefined && { from }) }
  }
  const to = fields.get('recipient')?.toString()
  const from = fields.get('sender')?.toString()
  return to === undefined ? undefined : { to: to.split(',').map((each) => each.trim()), ...(from && { from }) }
}

/** The fields we look for, as bytes: a mail need not be of the characters that the form is of. */
function readForm(
  form: 'multipart' | 'urlencoded',
  contentType: string,
  body: Buffer,
  maxBytes: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const fields = new Map<string, Buffer>()
  const keep = (name: string | undefined, value: Buffer) => {
    const max = MAIL_FIELDS.includes(name ?? '') ? maxBytes + 1 : SMALL_FIELDS.includes(name ?? '') ? SMALL_BYTES : 0
    if (name !== undefined && value.length <= max && !fields.has(name)) fields.set(name, value)
  }
  return new Promise((resolve, reject) => {
    const fail = () => reject(new NoMailError('the form is broken'))
    try {
      const parser = new Busboy({
        // Without a charset: Latin-1 is every byte as it is.
        headers: { 'content-type': form === 'multipart' ? contentType : 'application/x-www-form-urlencoded' },
        defCharset: 'latin1',
        isPartAFile: () => true,
        limits: { parts: FIELDS_MAX, files: FIELDS_MAX, fields: FIELDS_MAX, fieldSize: maxBytes + 1, headerPairs: 20 },
      })
      parser.on('file', (name, stream) => {
        const pieces: Buffer[] = []
        stream.on('data', (piece: Buffer) => pieces.push(piece))
        stream.on('error', fail)
        stream.on('end', () => keep(name, Buffer.concat(pieces)))
      })
      parser.on('field', (name, value) => keep(name, Buffer.from(value, 'latin1')))
      parser.on('error', fail)
      parser.on('finish', () => resolve(fields))
      parser.end(body)
    } catch {
      fail()
    }
  })
}
