// From a draft to the page of a mail: which blocks each kind has. One function per kind; the words are in the texts.

import { toBodyText, toHeaderText } from './header-text.ts'
import { InvalidMailError } from './invalid-mail-error.ts'
import { LONGEST_NAME } from './mail-address.ts'
import type { ComposedDraft, ConfirmDraft, MailDraft, MailMessage, ReplyDraft, TranscriptDraft } from './mail-draft.ts'
import { createMailFormat } from './mail-format.ts'
import type { MailBlock, MailPage } from './mail-page.ts'
import { toWebUrl } from './mail-url.ts'
import { messageBlocks, pageFile, richBody, type Pen } from './message-blocks.ts'
import { fill, type MailLanguage } from './texts.ts'

/** The page; throws `InvalidMailError` where a link of ours is none. */
export function writePage(draft: MailDraft, language: MailLanguage, site: string, subject: string): MailPage {
  const pen: Pen = {
    language,
    site,
    subject,
    format: createMailFormat(localeOf(draft.locale, language), draft.timeZone),
    say(key, values = {}) {
      const named = Object.entries({ site, ...values }).map(([name, value]) => [name, isolate(value, language)])
      return fill(language.texts[key], Object.fromEntries(named))
    },
  }
  switch (draft.kind) {
    case 'reply':
      return replyPage(draft, pen)
    case 'composed':
      return composedPage(draft, pen)
    case 'confirm-address':
      return confirmPage(draft, pen)
    case 'transcript':
      return transcriptPage(draft, pen)
  }
}

/** How times are written: as in the reader's country, where the tag names one. */
function localeOf(tag: string, language: MailLanguage): string {
  try {
    const [known = language.tag] = Intl.DateTimeFormat.supportedLocalesOf(tag.replaceAll('_', '-'))
    return known.slice(0, 2) === language.tag ? known : language.tag
  } catch {
    return language.tag
  }
}

/** A Latin name within an Arabic sentence is a run of its own; in other languages nothing unseen is added. */
const isolate = (value: string, { direction }: MailLanguage): string =>
  direction === 'rtl' ? `\u2068${value}\u2069` : value

const letterhead = ({ site }: MailDraft, { site: name }: Pen): MailPage['letterhead'] => ({
  name,
  url: site.url === undefined ? null : toWebUrl('site.url', site.url),
})

function replyPage(draft: ReplyDraft, pen: Pen): MailPage {
  const { say } = pen
  if (draft.messages.length === 0) throw new InvalidMailError('messages', 'is empty')
  const authors = new Set(draft.messages.map(({ author }) => toHeaderText(author.name, LONGEST_NAME)))
  const [author = ''] = authors
  const name = authors.size === 1 && author !== '' ? author : pen.site
  const { recap = [] } = draft
  return {
    subject: pen.subject,
    letterhead: letterhead(draft, pen),
    blocks: [
      { kind: 'title', text: say('replyTitle', { name }) },
      ...messageBlocks(draft.messages, draft.date, pen, false),
      ...resume(draft.resumeUrl, pen),
      { kind: 'line', text: say('replyHint'), isQuiet: true },
      ...(recap.length === 0 ? [] : [{ kind: 'section' as const, text: say('earlier') }]),
      ...messageBlocks(recap, draft.date, pen, true),
    ],
    footer: [{ text: say('reason') }, ...unsubscribe(draft, pen)],
  }
}

function composedPage(draft: ComposedDraft, pen: Pen): MailPage {
  const { quoted } = draft
  const name = toHeaderText(draft.agent.name, LONGEST_NAME)
  const quote: MailBlock[] =
    quoted === undefined
      ? []
      : [
          {
            kind: 'quote',
            intro: pen.say('quoted', {
              date: pen.format.moment(quoted.at),
              name: toHeaderText(quoted.author, LONGEST_NAME),
            }),
            text: toBodyText(quoted.text).trim(),
          },
        ]
  return {
    subject: pen.subject,
    letterhead: null,
    blocks: [
      { kind: 'prose', body: richBody(draft.text), files: draft.files?.map((file) => pageFile(file, pen)) ?? [] },
      { kind: 'signature', name: name === '' ? pen.site : name, site: name === '' ? '' : pen.site },
      ...quote,
    ],
    footer: [],
  }
}

function confirmPage(draft: ConfirmDraft, pen: Pen): MailPage {
  const { say } = pen
  const { code, confirmUrl } = draft
  if (code === undefined && confirmUrl === undefined)
    throw new InvalidMailError('code', 'and confirmUrl are both missing')
  if (code !== undefined && !/^[\dA-Z-]{4,12}$/.test(code))
    throw new InvalidMailError('code', 'is not 4 to 12 digits or capitals')
  const blocks: MailBlock[] = [
    { kind: 'title', text: say('confirmTitle') },
    { kind: 'line', text: say('confirmBody') },
  ]
  if (code !== undefined) blocks.push({ kind: 'line', text: say('confirmCode') }, { kind: 'code', text: code })
  if (confirmUrl !== undefined)
    blocks.push({ kind: 'button', label: say('confirmButton'), url: toWebUrl('confirmUrl', confirmUrl) })
  blocks.push(
    { kind: 'line', text: say('confirmHolds', { time: pen.format.minutes(draft.holdsMinutes) }), isQuiet: true },
    { kind: 'line', text: say('confirmNotYou'), isQuiet: true },
  )
  return { subject: pen.subject, letterhead: letterhead(draft, pen), blocks, footer: [] }
}

function transcriptPage(draft: TranscriptDraft, pen: Pen): MailPage {
  const blocks: MailBlock[] = [{ kind: 'title', text: pen.say('transcriptTitle') }]
  const days = new Map<string, MailMessage[]>()
  for (const message of draft.messages) {
    const day = pen.format.day(message.at)
    days.set(day, [...(days.get(day) ?? []), message])
  }
  for (const [day, messages] of days)
    blocks.push({ kind: 'section', text: day }, ...messageBlocks(messages, messages[0]?.at ?? draft.date, pen, false))
  blocks.push(...resume(draft.resumeUrl, pen))
  return {
    subject: pen.subject,
    letterhead: letterhead(draft, pen),
    blocks,
    footer: [{ text: pen.say('transcriptReason') }, ...unsubscribe(draft, pen)],
  }
}

const resume = (url: string | undefined, { say }: Pen): MailBlock[] =>
  url === undefined ? [] : [{ kind: 'button', label: say('resume'), url: toWebUrl('resumeUrl', url) }]

const unsubscribe = ({ unsubscribeUrl }: ReplyDraft | TranscriptDraft, { say }: Pen): MailPage['footer'] =>
  unsubscribeUrl === undefined ? [] : [{ text: say('unsubscribe'), url: toWebUrl('unsubscribeUrl', unsubscribeUrl) }]
