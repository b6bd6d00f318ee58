// Whether a mail may be answered without a person: not what programs wrote, not lists, not ourselves, or two programs talk
// for ever. One sign is enough. It judges by what the mail says of itself; a person who is taken for a program still gets
// an agent's answer.

import { normaliseAddress } from '../address.ts'
import { ANSWER_SUBJECTS, DAEMON_NAMES, DAEMONS, NO_REPLIES, REPORT_SUBJECTS } from './automatic-words.ts'
import { headerValues, type ParsedMail } from './parsed-mail.ts'
import { isOwn } from './recipients.ts'

/** The header that every mail of ours carries: seen on a mail that comes in, it has come round. */
export const LOOP_HEADER = 'X-Pendopo-Loop'

/** An hour's mails of one sender in one conversation that are still answered. */
const MOST_AN_HOUR = 4

export type AutomaticReason =
  | 'own_loop_header'
  | 'own_address'
  | 'no_sender'
  | 'null_return_path'
  | 'report'
  | 'daemon'
  | 'auto_submitted'
  | 'automatic_header'
  | 'automatic_subject'
  | 'loop_header'
  | 'bulk'
  | 'list'
  | 'no_reply_address'
  | 'asks_for_none'
  | 'too_many'

export type AnswerRight = { readonly may: true } | { readonly may: false; readonly why: AutomaticReason }

export interface OwnMail {
  /** Addresses of ours, without tags. */
  readonly addresses: readonly string[]
  /** How many mails of this sender came to this conversation within the last hour, this one included. */
  readonly sendersMailsThisHour?: number
}

/** Headers that only programs set, whatever they say. */
const AUTOMATIC_HEADERS = [
  'x-autoreply',
  'x-autoreply-from',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply',
  'x-auto-reply-from',
  'x-mail-autoreply',
  'x-vacation',
  'x-away',
  'x-fc-machinegenerated',
  'x-failed-recipients',
  'feedback-type',
]
/** Set where a rule passes a mail on, a person's too. */
const LOOP_HEADERS = ['x-loop', 'x-apple-action', 'x-ms-exchange-inbox-rules-loop']
const LIST_HEADERS = ['list-id', 'list-unsubscribe', 'list-post', 'list-help', 'mailing-list', 'x-mailing-list']
const BULK = ['bulk', 'list', 'junk']
const REPORT_TYPES = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/feedback-report',
  'message/disposition-notification',
])

/** Whether a program may answer this mail, or the first reason why not. */
export function mayAnswer(mail: ParsedMail, own: OwnMail): AnswerRight {
  const why = firstReason(mail, own)
  return why === null ? { may: true } : { may: false, why }
}

const PROGRAMS: ReadonlySet<AutomaticReason> = new Set([
  'own_loop_header',
  'null_return_path',
  'report',
  'daemon',
  'auto_submitted',
  'automatic_header',
])

/**
 * Whether the reason proves that a program wrote the mail. A subject does not (customers ask about failed deliveries), nor
 * does a list: a team's own address is often one, and every customer's mail comes through it.
 */
export const isProgram = (why: AutomaticReason): boolean => PROGRAMS.has(why)

function firstReason(mail: ParsedMail, own: OwnMail): AutomaticReason | null {
  const values = (name: string) => headerValues(mail, name).map((value) => value.trim().toLowerCase())
  const has = (name: string) => mail.headers.some((header) => header.name === name)
  if (has(LOOP_HEADER.toLowerCase())) return 'own_loop_header'
  if (mail.from.some(({ address }) => isOwn(address, own.addresses))) return 'own_address'
  if (values('return-path').includes('<>')) return 'null_return_path'
  if (isReport(mail)) return 'report'
  if (isDaemon(mail)) return 'daemon'
  if (values('auto-submitted').some((value) => !/^no\b/.test(value))) return 'auto_submitted'
  if (AUTOMATIC_HEADERS.some(has)) return 'automatic_header'
  if (values('x-post-messageclass').some((value) => value.includes('autoresponder'))) return 'automatic_header'
  if (values('delivered-to').includes('autoresponder')) return 'automatic_header'
  if (values('precedence').some((value) => /^auto[_-]?reply/.test(value))) return 'automatic_header'
  if (values('precedence').some((value) => BULK.some((word) => value.startsWith(word)))) return 'bulk'
  if (LIST_HEADERS.some(has)) return 'list'
  if (LOOP_HEADERS.some(has)) return 'loop_header'
  if (hasReportSubject(mail) || beginsWith(mail.subject, ANSWER_SUBJECTS)) return 'automatic_subject'
  if (mail.from.every(({ address }) => normaliseAddress(address) === null)) return 'no_sender'
  if (mail.from.some(({ address }) => isNoReply(address))) return 'no_reply_address'
  if (values('x-auto-response-suppress').some((value) => value !== 'none')) return 'asks_for_none'
  return (own.sendersMailsThisHour ?? 1) > MOST_AN_HOUR ? 'too_many' : null
}

/** A report by its type, or by a part it is made of. */
export function isReport(mail: ParsedMail): boolean {
  const type = headerValues(mail, 'content-type')[0]?.trim().toLowerCase() ?? ''
  if (type.startsWith('multipart/report') || REPORT_TYPES.has(type.split(';', 1)[0]?.trim() ?? '')) return true
  return mail.attachments.some((part) => REPORT_TYPES.has(part.type))
}

export const hasReportSubject = (mail: ParsedMail): boolean => beginsWith(mail.subject, REPORT_SUBJECTS)

/** A mail system by its address or its name. */
export function isDaemon(mail: ParsedMail): boolean {
  return mail.from.concat(mail.sender ?? []).some(({ address, name }) => {
    const local = address.split('@', 1)[0]?.toLowerCase().replaceAll('"', '') ?? ''
    const called = name.toLowerCase()
    return DAEMONS.includes(local.split('+', 1)[0] ?? '') || DAEMON_NAMES.some((daemon) => called.includes(daemon))
  })
}

const isNoReply = (address: string): boolean => NO_REPLIES.some((start) => address.toLowerCase().startsWith(start))

/** Behind `Re:` and `[list]` or not. */
function beginsWith(subject: string, starts: readonly string[]): boolean {
  const text = subject
    .toLowerCase()
    .replace(/^(?:\[[^\]]{1,60}\] ?|(?:re|fwd?|aw|wg|sv|antw|vs) ?: ?){0,5}/, '')
    .replace(/^[*!.\s]{1,10}/, '')
  return starts.some((start) => text.startsWith(start))
}
