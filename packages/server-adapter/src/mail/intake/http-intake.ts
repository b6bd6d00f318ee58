// Mail that a mail service posts to us, as a function: the parts of a request in, an answer out. It is the other way into
// the same pipeline that mailboxes are read into. Services repeat what was not answered well, so "stored" is said when it
// is, "later" when it may help, and what will never work is refused in the words each service takes as final.

import type { IncomingHttpHeaders } from 'node:http'
import type { Logger } from 'pino'
import { systemClock, type Clock } from '../../readers/clock.ts'
import { hasToken, readSignature, type InboundMailbox } from './intake-proof.ts'
import {
  bodyBytesFor,
  findPostedMail,
  formOf,
  NoMailError,
  type Envelope,
  type PostedForm,
  type PostedMail,
} from './posted-mail.ts'
import { MAIL_MAX_BYTES } from './take-mails.ts'

export interface IntakeRequest {
  /** The key of the mailbox, from the path. */
  readonly key: string
  /** With lower-case names, as Node gives them. */
  readonly headers: IncomingHttpHeaders
  /** As it comes; it is read no further than it may be. `readBody` keeps its time. */
  readonly body: AsyncIterable<Uint8Array>
}

export interface IntakeAnswer {
  readonly status: 200 | 401 | 403 | 406 | 413 | 415 | 422 | 503
  /** For the service's log. */
  readonly text: string
  /** With 503. */
  readonly retryAfterS?: number
}

export interface PostedFacts {
  readonly mailbox: string
  /** When it was posted, in milliseconds since 1970. */
  readonly receivedAt: number
  readonly envelope: Envelope | undefined
}

export interface HttpIntakeNeeds {
  findMailbox(key: string): Promise<InboundMailbox | null>
  /** Resolves when the mail is stored. The same mail may come again. */
  take(raw: Buffer, facts: PostedFacts): Promise<void>
  readonly clock?: Pick<Clock, 'now'>
  readonly logger: Logger
  /** Of a mail. Default: 25 MB. */
  readonly maxBytes?: number
}

export type HttpIntake = (request: IntakeRequest) => Promise<IntakeAnswer>

/** Bodies in memory at a time: of those who have shown a token, and of those whose signature takes the body to prove. */
const PROVEN_MAX = 4
const UNPROVEN_MAX = 2
const RETRY_AFTER_S = 60

const later = (text: string): IntakeAnswer => ({ status: 503, text, retryAfterS: RETRY_AFTER_S })
const STRANGER: IntakeAnswer = { status: 401, text: 'no such mailbox, or not its secret' }

/** Postmark stops at 403 and Mailgun at 406, and nowhere else; SendGrid stops at anything below 500. */
function final(form: PostedForm, otherwise: 413 | 422, text: string): IntakeAnswer {
  if (form === 'json') return { status: 403, text }
  return { status: form === 'raw' ? otherwise : 406, text }
}

export function createHttpIntake(needs: HttpIntakeNeeds): HttpIntake {
  const { clock = systemClock, logger, maxBytes = MAIL_MAX_BYTES } = needs
  const held = { proven: 0, unproven: 0 }

  return async (request) => {
    const { headers } = request
    let mailbox: InboundMailbox | null
    try {
      mailbox = await needs.findMailbox(request.key)
    } catch (error) {
      logger.warn({ err: error }, 'unable to look up a mailbox')
      return later('unable to look up the mailbox')
    }
    const isProven = hasToken(headers, mailbox)
    const signature = isProven ? undefined : readSignature(headers, clock.now())
    if (!isProven && signature === undefined) return STRANGER
    const form = formOf(headers['content-type'])
    if (form === undefined)
      return { status: 415, text: 'message/rfc822, a form of SendGrid or Mailgun, or JSON with the raw mail' }

    const room = isProven ? 'proven' : 'unproven'
    if (held[room] >= (isProven ? PROVEN_MAX : UNPROVEN_MAX)) return later('too many at once')
    held[room] += 1
    try {
      const body = await collect(request, bodyBytesFor(form, maxBytes))
      if (body === undefined) return final(form, 413, `larger than ${maxBytes} bytes`)
      if (signature !== undefined && !signature.isOf(body, mailbox)) return STRANGER
      if (mailbox === null) return STRANGER
      return await store(mailbox, form, headers['content-type'] ?? '', body)
    } catch (error) {
      logger.info({ mailbox: mailbox?.id, err: error }, 'a posted mail did not arrive whole')
      return later('the body did not arrive whole')
    } finally {
      held[room] -= 1
    }
  }

  async function store(
    mailbox: InboundMailbox,
    form: PostedForm,
    contentType: string,
    body: Buffer,
  ): Promise<IntakeAnswer> {
    let mail: PostedMail
    try {
      mail = await findPostedMail(form, contentType, body, maxBytes)
    } catch (error) {
      if (!(error instanceof NoMailError)) throw error
      logger.warn({ mailbox: mailbox.id, problem: error.message }, 'what was posted is no mail')
      return final(form, 422, error.message)
    }
    if (mail.raw.length > maxBytes) return final(form, 413, `larger than ${maxBytes} bytes`)
    try {
      await needs.take(mail.raw, { mailbox: mailbox.id, receivedAt: clock.now(), envelope: mail.envelope })
    } catch (error) {
      logger.warn({ mailbox: mailbox.id, err: error }, 'unable to take a posted mail')
      return later('unable to store it now')
    }
    return { status: 200, text: 'stored' }
  }
}

/** The whole body; `undefined` where it is more than this, by its own word or as it comes. */
async function collect({ headers, body }: IntakeRequest, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(headers['content-length'] ?? 0) > maxBytes) return undefined
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > maxBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces, bytes)
}
