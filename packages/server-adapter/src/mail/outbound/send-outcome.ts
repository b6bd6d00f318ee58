// What became of a mail, from anything that nodemailer or a mail server can say. Total: whatever comes is one of four, and
// what is not understood is tried again, since a repeat is the same mail.

import { toTlsWords } from '../tls-words.ts'
import type { SmtpStep } from './smtp-settings.ts'
import { readReply, type SmtpReply } from './smtp-reply.ts'

export interface RefusedRecipient {
  readonly address: string
  readonly code: string
  readonly reason: string
  /** Whether the server might take it later. */
  readonly isPermanent: boolean
}

export type SendOutcome =
  /** The server has it. `refused`: recipients it did not take, while it took others. */
  | {
      readonly kind: 'accepted'
      readonly response: string
      readonly refused: readonly RefusedRecipient[]
      /** Some providers give a mail another Message-ID; where the answer tells it, answers will refer to this one. */
      readonly serverMessageId?: string
    }
  /** Try again; `maybeSent`: the connection ended after the whole mail, before the answer. */
  | {
      readonly kind: 'later'
      readonly code: string
      readonly reason: string
      readonly retryAfterMs?: number
      readonly maybeSent?: true
    }
  /** This mail, or to this person, never. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** No mail can leave until somebody has mended the settings. */
  | { readonly kind: 'misconfigured'; readonly step: SmtpStep; readonly code: string; readonly reason: string }

/** The parts of nodemailer's errors that are looked at. */
export interface MailFailure {
  readonly message: string
  /** nodemailer's: `EAUTH`, … */
  readonly code: string
  /** The system's or OpenSSL's below it: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
  readonly cause: string
  /** The SMTP command that failed: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`, `CONN`. */
  readonly command: string
  readonly reply: SmtpReply | null
}

/** When a sending limit is reached: the windows of providers are a day, tried hourly. */
const LIMIT_WAIT_MS = 3_600_000

/** `handedOver`: the server had the whole mail when this happened. */
export function toOutcome(error: unknown, handedOver: boolean): SendOutcome {
  const failure = readFailure(error)
  const { code, reply } = failure
  const codes = reply === null ? code : reply.code
  const reason = reply === null ? oneLine(failure.message) : reply.text
  const later = (retryAfterMs?: number): SendOutcome => ({
    kind: 'later',
    code: codes,
    reason,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    // With an answer one knows what became of it.
    ...(handedOver && reply === null && { maybeSent: true as const }),
  })
  const refused: SendOutcome = { kind: 'refused', code: codes, reason }
  const misconfigured = (step: SmtpStep): SendOutcome => ({ kind: 'misconfigured', step, code: codes, reason })

  if (reply !== null) {
    if (reply.status < 500) return later(reply.retryAfterMs)
    const step = stepOfRefusal(failure, reply)
    if (step === 'limit') return later(LIMIT_WAIT_MS)
    // 503: the session was in the wrong state, not the mail.
    if (reply.status === 503) return later()
    return step === null ? refused : misconfigured(step)
  }
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
    case 'EOAUTH2':
      return misconfigured('login')
    case 'ETLS':
    case 'EREQUIRETLS':
      return misconfigured('encryption')
    case 'EDNS':
      return /NOTFOUND|NODATA/.test(failure.cause) ? misconfigured('address') : later()
    case 'ECONFIG':
      return misconfigured('connect')
    case 'EENVELOPE':
    case 'EMAXRECIPIENTS':
    case 'EMESSAGE':
    case 'EFILEACCESS':
    case 'EURLACCESS':
      return refused
    case 'ESTREAM':
      // The mail itself could not be read, so nobody will ever get it.
      return { ...refused, code: failure.cause }
    default:
      return isCertificateProblem(failure.cause) ? misconfigured('encryption') : later()
  }
}

/** A permanent refusal that is about us and not about this mail; `limit` passes by itself. */
function stepOfRefusal(
  { code, command }: MailFailure,
  { status, enhanced, text }: SmtpReply,
): SmtpStep | 'limit' | null {
  if (enhanced === '5.4.5' || enhanced === '5.7.708') return 'limit'
  if (code === 'ETLS' || status === 538) return 'encryption'
  if (code === 'EAUTH' || command.startsWith('AUTH') || status === 530 || status === 534 || status === 535)
    return 'login'
  if (enhanced === '5.7.57' || enhanced === '5.7.8' || enhanced === '5.7.9') return 'login'
  // Microsoft's “send as denied”, which comes after the mail.
  if (enhanced === '5.7.60' || enhanced === '5.2.252') return 'sender'
  if (command === 'CONN' || command === 'EHLO' || command === 'HELO') return 'connect'
  // About the sender, unless it is about the size or the kind of this mail.
  if (command === 'MAIL FROM')
    return enhanced.startsWith('5.3.4') || enhanced.startsWith('5.6') || status === 552 ? null : 'sender'
  // Whoever is not logged in, or sends from elsewhere, may not send to others.
  if (command === 'RCPT TO' && (enhanced === '5.7.54' || enhanced === '5.7.64' || RELAY.test(text))) return 'sender'
  return null
}

/** Postfix, Exim, Exchange: no code of its own says it. */
const RELAY = /relay\w* (?:access )?(?:denied|not (?:permitted|allowed))|unable to relay/i

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_SSL|ERR_TLS|^EPROTO$|HOSTNAME_MISMATCH/

export const isCertificateProblem = (cause: string): boolean => CERTIFICATE.test(cause)

/** The recipients a server refused while it took others. */
export function toRefused(errors: readonly unknown[]): readonly RefusedRecipient[] {
  return errors.map((error) => {
    const { code, message, reply } = readFailure(error)
    return {
      address: textOf(error, 'recipient'),
      code: reply?.code ?? code,
      reason: reply?.text ?? oneLine(message),
      isPermanent: reply === null || reply.status >= 500,
    }
  })
}

export function readFailure(error: unknown): MailFailure {
  const message = toTlsWords(error instanceof Error ? error.message : String(error))
  const response = textOf(error, 'response')
  return {
    message,
    code: textOf(error, 'code') || 'UNKNOWN',
    cause: textOf(error, 'originalCode') || textOf(error, 'code'),
    command: textOf(error, 'command'),
    reply: readReply(response),
  }
}

function textOf(error: unknown, key: string): string {
  if (typeof error !== 'object' || error === null) return ''
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : ''
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300)
