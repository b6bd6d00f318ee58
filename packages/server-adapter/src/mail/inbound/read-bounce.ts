// What a report of a mail system says of a mail we sent (RFC 3464), as far as it can be read: whether it was given up,
// why, and which mail it was. Everything in it is a claim until a token of ours is found in it.

import { hasReportSubject, isDaemon, isReport } from './automatic.ts'
import { headerValues, type MailAttachment, type ParsedMail } from './parsed-mail.ts'

export interface Bounce {
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'unknown'
  /** Such as `5.1.1`. */
  readonly status: string | null
  readonly recipient: string | null
  readonly diagnostic: string | null
  /** The Message-ID of the mail that came back, with its angle brackets. */
  readonly originalMessageId: string | null
}

const LONGEST_PART = 64 * 1024
const LONGEST_DIAGNOSTIC = 500
const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const
const STATUS = /\b([245]\.\d{1,3}\.\d{1,3})\b/
const GIVEN_UP = /\b5[0-5]\d[ -]/

/** The report in a mail, or null where it is none. */
export function readBounce(mail: ParsedMail): Bounce | null {
  const isNull = headerValues(mail, 'return-path').some((value) => value.trim() === '<>')
  const status = mail.attachments.find(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type))
  // What daemons wrote before there was a format; a person's subject may read like it.
  const isOldReport = hasReportSubject(mail) && (isNull || isDaemon(mail))
  if (status === undefined && !isReport(mail) && !isOldReport && failedRecipient(mail) === '') return null
  const words = (mail.text ?? '').slice(0, LONGEST_PART)
  const fields = status === undefined ? new Map<string, string>() : fieldsOf(textOf(status))
  const said = fields.get('action')?.toLowerCase() ?? ''
  const code = STATUS.exec(fields.get('status') ?? '')?.[1] ?? STATUS.exec(words)?.[1] ?? null
  const action = ACTIONS.find((known) => said.startsWith(known)) ?? actionOf(code, words)
  return {
    action,
    status: code,
    recipient: addressOf(fields.get('final-recipient') ?? fields.get('original-recipient') ?? failedRecipient(mail)),
    diagnostic: withoutType(fields.get('diagnostic-code') ?? '').slice(0, LONGEST_DIAGNOSTIC) || null,
    originalMessageId: originalIdOf(mail, words),
  }
}

const failedRecipient = (mail: ParsedMail): string => headerValues(mail, 'x-failed-recipients')[0] ?? ''

function actionOf(code: string | null, words: string): Bounce['action'] {
  if (code?.startsWith('5') === true) return 'failed'
  if (code?.startsWith('4') === true) return 'delayed'
  return GIVEN_UP.test(words) ? 'failed' : 'unknown'
}

const textOf = ({ bytes }: MailAttachment): string => Buffer.from(bytes.subarray(0, LONGEST_PART)).toString('utf8')

/** The first value of each field, over all groups: the first recipient's. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let name = ''
  for (const line of text.split(/\r\n|\r|\n/)) {
    const isFolded = /^[ \t]/.test(line)
    const colon = line.indexOf(':')
    if (isFolded && name !== '') fields.set(name, `${fields.get(name) ?? ''} ${line.trim()}`)
    else if (colon > 0 && colon < 60) {
      const found = line.slice(0, colon).trim().toLowerCase()
      name = fields.has(found) ? '' : found
      if (name !== '') fields.set(name, line.slice(colon + 1).trim())
    } else name = ''
  }
  return fields
}

/** `rfc822; sari@toko.example` and `smtp; 550 …` without their type. */
const withoutType = (value: string): string => value.replace(/^[\w-]{1,20} ?; ?/, '').trim()

const addressOf = (value: string): string | null =>
  withoutType(value)
    .split(/[\s,<>]+/)
    .find((word) => word.includes('@')) ?? null

/** In the copy of the mail that came back, or where old systems put it: in the words. */
function originalIdOf(mail: ParsedMail, words: string): string | null {
  const copies = mail.attachments.filter(({ type }) => /^(?:message|text)\/(?:global|rfc822)(?:-headers)?$/.test(type))
  for (const text of [...copies.map(textOf), words]) {
    const id = fieldsOf(text).get('message-id')?.split(/\s+/)[0]
    if (id !== undefined && /^<[^<>\s]{3,990}>$/.test(id)) return id
  }
  return null
}
