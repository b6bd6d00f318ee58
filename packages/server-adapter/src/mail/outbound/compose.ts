// Makes a mail of a draft. Pure: the same draft gives the same mail, so that a repeat after a crash is the same mail for
// whoever has got it already. Knows nothing of conversations, of the network, or of when a mail is due. Throws
// `InvalidMailError` for a draft that would need an address, a link or an id that is none.
//
// There is no line “write your answer above this one”: it would be the first thing one reads in every list of mails, and
// programs mark what they quote anyway.

import { createHash } from 'node:crypto'
import { toHeaderText } from './header-text.ts'
import { InvalidMailError } from './invalid-mail-error.ts'
import { LONGEST_NAME, toAddrSpec, toMailbox, type Mailbox } from './mail-address.ts'
import { mailColours } from './mail-colours.ts'
import type { ComposedMail } from './composed-mail.ts'
import type { MailDraft, ReplyDraft, TranscriptDraft } from './mail-draft.ts'
import { toWebUrl } from './mail-url.ts'
import { isMessageId, toMessageId, toReferences } from './message-id.ts'
import { pageToHtml } from './page-to-html.ts'
import { pageToText } from './page-to-text.ts'
import { fill, languageOf, type MailLanguage } from './texts.ts'
import { writePage } from './write-page.ts'

/** Code points. */
const LONGEST_SUBJECT = 200

export function composeMail(draft: MailDraft): ComposedMail {
  const language = languageOf(draft.locale)
  const site = toHeaderText(draft.site.name, LONGEST_NAME)
  if (site === '') throw new InvalidMailError('site.name', 'is empty')
  const subject = subjectOf(draft, language, site)
  const page = writePage(draft, language, site, subject)
  const { to, cc, bcc } = recipientsOf(draft)
  const messageId = toMessageId('messageId', draft.messageId)
  const { inReplyTo, references = [] } = draft
  return {
    envelope: {
      from: returnPathOf(draft),
      to: [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))],
    },
    messageId,
    ...(inReplyTo !== undefined && isMessageId(inReplyTo) && { inReplyTo }),
    references: toReferences(inReplyTo === undefined ? references : [...references, inReplyTo]),
    date: draft.date,
    from: fromOf(draft, language, site),
    to,
    cc,
    ...(draft.replyTo !== undefined && { replyTo: toMailbox('replyTo', draft.replyTo) }),
    subject,
    headers: headersOf(draft),
    text: pageToText(page),
    html: pageToHtml(page, language, mailColours(draft.site.accent)),
  }
}

/** What separates the parts of a mail: follows from its id, so that a repeat has the same. */
export const boundaryOf = (messageId: string): string =>
  createHash('sha256').update(messageId).digest('hex').slice(0, 32)

function returnPathOf({ returnPath }: MailDraft): string {
  if (returnPath === null) return ''
  const address = toAddrSpec(returnPath)
  if (address === null) throw new InvalidMailError('returnPath', 'is not one e-mail address')
  return address
}

/** An automatic mail has one recipient by its type, so that its Message-ID is of one mail to one person. */
function recipientsOf(draft: MailDraft): Readonly<Record<'to' | 'cc' | 'bcc', readonly Mailbox[]>> {
  if (draft.kind === 'confirm-address') return { to: [toMailbox('to', { address: draft.to.address })], cc: [], bcc: [] }
  if (draft.kind !== 'composed') return { to: [toMailbox('to', draft.to)], cc: [], bcc: [] }
  if (draft.to.length === 0) throw new InvalidMailError('to', 'is empty')
  return {
    to: draft.to.map((address) => toMailbox('to', address)),
    cc: (draft.cc ?? []).map((address) => toMailbox('cc', address)),
    bcc: (draft.bcc ?? []).map((address) => toMailbox('bcc', address)),
  }
}

function fromOf(draft: MailDraft, { texts }: MailLanguage, site: string): Mailbox {
  const { address, name } = toMailbox('from', draft.from)
  if (name !== '') return { address, name }
  const named = draft.kind === 'reply' || draft.kind === 'composed' ? draft.agent?.name : undefined
  const agent = toHeaderText(named ?? '', LONGEST_NAME)
  return { address, name: agent === '' ? site : fill(texts.fromName, { agent, site }) }
}

function subjectOf(draft: MailDraft, { texts }: MailLanguage, site: string): string {
  switch (draft.kind) {
    case 'composed':
      return toHeaderText(draft.subject, LONGEST_SUBJECT)
    case 'confirm-address':
      return fill(texts.confirmSubject, { site })
    case 'transcript':
      return fill(texts.transcriptTitle, { site })
    case 'reply': {
      const given = toHeaderText(draft.subject ?? '', LONGEST_SUBJECT)
      const subject = given === '' ? fill(texts.subject, { site }) : given
      // Mail programs put mails in one thread when their subjects are equal but for this prefix, which is not translated.
      return draft.inReplyTo === undefined || /^re:/i.test(subject) ? subject : `Re: ${subject}`
    }
  }
}

function headersOf(draft: MailDraft): ComposedMail['headers'] {
  if (!/^[\w.-]{1,100}$/.test(draft.loopId))
    throw new InvalidMailError('loopId', 'has other characters than letters, digits and ._-')
  const own = { 'X-Pendopo-Loop': draft.loopId }
  // What a person writes to a person is not automatic: their out-of-office note may answer it.
  if (draft.kind === 'composed') return own
  const automatic = { ...own, 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
  return draft.kind === 'confirm-address' ? automatic : { ...automatic, ...unsubscribeHeaders(draft) }
}

function unsubscribeHeaders({
  unsubscribeUrl,
  unsubscribeMail,
}: ReplyDraft | TranscriptDraft): ComposedMail['headers'] {
  const ways: string[] = []
  const url = unsubscribeUrl === undefined ? null : toWebUrl('unsubscribeUrl', unsubscribeUrl).href
  if (url !== null) ways.push(`<${url}>`)
  if (unsubscribeMail !== undefined) {
    const { address } = toMailbox('unsubscribeMail', { address: unsubscribeMail })
    ways.push(`<mailto:${encodeURIComponent(address).replace('%40', '@')}>`)
  }
  if (ways.length === 0) return {}
  const list = { 'List-Unsubscribe': ways.join(', ') }
  // RFC 8058: only where the address is https.
  return url?.startsWith('https:') === true ? { ...list, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : list
}
