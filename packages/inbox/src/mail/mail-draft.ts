// What an agent has written of a mail beside its text, and whether it can go.

import { AGENT_LIMITS, LIMITS, type OutgoingMail, type ThreadMessage } from '@pendopo/sdk/inbox'

export interface MailDraft {
  /** The answer goes by e-mail, not in the chat. */
  readonly isMail: boolean
  /** `null`: as the thread has it. */
  readonly subject: string | null
  /** As typed: addresses with commas between. */
  readonly cc: string
  readonly bcc: string
  /** The one mail of the thread that is answered; `null`: the thread. */
  readonly answers: AnsweredMail | null
}

/** What the composer says of the mail that is answered. */
export interface AnsweredMail {
  readonly id: string
  readonly subject: string
  /** Its first words. */
  readonly words: string
}

export const NO_MAIL_DRAFT: MailDraft = { isMail: false, subject: null, cc: '', bcc: '', answers: null }

const WORDS_LENGTH = 80

export function toAnsweredMail({ id, text, mail }: Pick<ThreadMessage, 'id' | 'text' | 'mail'>): AnsweredMail {
  const line = (text ?? '').replaceAll(/\s+/gu, ' ').trim()
  const words = line.length > WORDS_LENGTH ? `${line.slice(0, WORDS_LENGTH)}…` : line
  return { id, subject: mail?.subject ?? '', words }
}

export type MailField = 'subject' | 'cc' | 'bcc'
export type MailProblems = Readonly<Partial<Record<MailField, string>>>

/** The subject of an answer: that of the thread, once answered. */
export function toReplySubject(subject: string | null): string {
  if (subject === null || subject.trim() === '') return ''
  return /^re:/iu.test(subject.trim()) ? subject.trim() : `Re: ${subject.trim()}`.slice(0, LIMITS.subjectLength)
}

/** As the server sees it: one address, and nothing that a mail program could read as more than one. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,253}$/u

/** `Name <a@b.example>`, as other mail programs copy it, counts as the address. */
export const toAddressList = (typed: string): readonly string[] =>
  typed
    .split(/[,;\n]/u)
    .map((part) => (/<([^<>]*)>\s*$/u.exec(part)?.[1] ?? part).trim())
    .filter((part) => part !== '')

/** The mail, or what is wrong with it by field. */
export function checkMailDraft(
  subject: string,
  { cc, bcc }: Pick<MailDraft, 'cc' | 'bcc'>,
): { readonly mail: OutgoingMail } | { readonly problems: MailProblems } {
  const copies = { cc: toAddressList(cc), bcc: toAddressList(bcc) }
  const problems: Partial<Record<MailField, string>> = {}
  if (subject.trim() === '') problems.subject = 'A mail needs a subject.'
  for (const field of ['cc', 'bcc'] as const) {
    const wrong = copies[field].find((address) => !ADDRESS.test(address) || address.length > LIMITS.addressLength)
    if (wrong !== undefined) problems[field] = `“${wrong}” is not an e-mail address.`
    else if (copies[field].length > AGENT_LIMITS.mailRecipients)
      problems[field] = `At most ${AGENT_LIMITS.mailRecipients} addresses.`
  }
  if (Object.keys(problems).length > 0) return { problems }
  return {
    mail: {
      subject: subject.trim(),
      ...(copies.cc.length > 0 && { cc: [...copies.cc] }),
      ...(copies.bcc.length > 0 && { bcc: [...copies.bcc] }),
    },
  }
}
