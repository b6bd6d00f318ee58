// Messages and files of a conversation as blocks of a page.

import { parseRichText, type RichNode } from '@pendopo/protocol/rich-text'
import { toBodyText, toHeaderText } from './header-text.ts'
import { LONGEST_NAME } from './mail-address.ts'
import type { MailFile, MailMessage } from './mail-draft.ts'
import type { MailFormat } from './mail-format.ts'
import type { MailBlock, PageFile } from './mail-page.ts'
import { toWebUrl } from './mail-url.ts'
import type { MailLanguage } from './texts.ts'

const LONGEST_FILE_NAME = 120

/** As in the chat: what follows within two minutes belongs together. */
const GROUP_WITHIN_MS = 120_000

/** What a page is written with. */
export interface Pen {
  readonly language: MailLanguage
  readonly format: MailFormat
  readonly site: string
  readonly subject: string
  /** A text of the language; names are kept from turning the sentence around. */
  say(key: keyof MailLanguage['texts'], values?: Readonly<Record<string, string>>): string
}

/** Messages; the day is told where it is another one than `beside`'s, the author where it is another one than before. */
export function messageBlocks(
  messages: readonly MailMessage[],
  beside: number,
  pen: Pen,
  isQuiet: boolean,
): MailBlock[] {
  const { format } = pen
  return messages.map(({ author, at, text, files = [] }, index) => {
    const name = author.side === 'visitor' ? pen.language.texts.you : toHeaderText(author.name, LONGEST_NAME)
    const before = messages[index - 1]
    const goesOn =
      before !== undefined &&
      before.author.side === author.side &&
      before.author.name === author.name &&
      at - before.at <= GROUP_WITHIN_MS
    const time = format.day(at) === format.day(beside) ? format.time(at) : format.moment(at)
    return {
      kind: 'message',
      head: goesOn ? null : { author: name === '' ? pen.site : name, time },
      body: richBody(text),
      files: files.map((file) => pageFile(file, pen)),
      side: author.side,
      isQuiet,
    }
  })
}

export const richBody = (text: string): readonly RichNode[] => parseRichText(toBodyText(text).trim())

/** Only these three keys are read: a `path` or an `href` that came along is nothing that anybody would open. */
export function pageFile({ name, size, url }: MailFile, { format }: Pen): PageFile {
  const shown = toHeaderText(name, LONGEST_FILE_NAME)
  return { name: shown === '' ? '…' : shown, size: format.size(size), url: toWebUrl('files.url', url) }
}
