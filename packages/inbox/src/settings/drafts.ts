import { NO_MAIL_DRAFT, type AnsweredMail, type MailDraft } from '../mail/mail-draft.ts'
import type { KeyValue } from './key-value.ts'

/** What was written and not sent, by conversation. */
export interface Drafts {
  read(conversation: string): string
  write(conversation: string, text: string): void
  /** What of a mail is not its text. */
  readMail(conversation: string): MailDraft
  writeMail(conversation: string, draft: MailDraft): void
}

export function createDrafts(storage: KeyValue): Drafts {
  const keyOf = (conversation: string) => `draft.${conversation}`
  const mailKeyOf = (conversation: string) => `draft-mail.${conversation}`
  return {
    read: (conversation) => storage.get(keyOf(conversation)) ?? '',
    write(conversation, text) {
      if (text === '') storage.remove(keyOf(conversation))
      else storage.set(keyOf(conversation), text)
    },
    readMail: (conversation) => toMailDraft(storage.get(mailKeyOf(conversation))),
    writeMail(conversation, draft) {
      const { isMail, subject, cc, bcc, answers } = draft
      if (!isMail && subject === null && cc === '' && bcc === '' && answers === null)
        storage.remove(mailKeyOf(conversation))
      else storage.set(mailKeyOf(conversation), JSON.stringify(draft))
    },
  }
}

/** What was stored by any version of ours, as far as it fits. */
function toMailDraft(stored: string | null): MailDraft {
  let found: unknown = null
  try {
    found = JSON.parse(stored ?? 'null')
  } catch {
    return NO_MAIL_DRAFT
  }
  if (typeof found !== 'object' || found === null) return NO_MAIL_DRAFT
  const known: ReadonlyMap<string, unknown> = new Map(Object.entries(found))
  const text = (key: string) => (typeof known.get(key) === 'string' ? String(known.get(key)) : null)
  return {
    isMail: known.get('isMail') === true,
    subject: text('subject'),
    cc: text('cc') ?? '',
    bcc: text('bcc') ?? '',
    answers: toAnswered(known.get('answers')),
  }
}

function toAnswered(found: unknown): AnsweredMail | null {
  if (typeof found !== 'object' || found === null) return null
  const known: ReadonlyMap<string, unknown> = new Map(Object.entries(found))
  const [id, subject, words] = ['id', 'subject', 'words'].map((key) => known.get(key))
  return typeof id === 'string' && typeof subject === 'string' && typeof words === 'string'
    ? { id, subject, words }
    : null
}
