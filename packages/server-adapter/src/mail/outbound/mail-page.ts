// What a mail says, as blocks: the HTML part and the text part are two ways to write the same page, so neither can say what
// the other does not.

import type { RichNode } from '@pendopo/protocol/rich-text'
import type { MailUrl } from './mail-url.ts'

export interface PageFile {
  readonly name: string
  /** As it is shown: `12 kB`. */
  readonly size: string
  readonly url: MailUrl
}

export type MailBlock =
  /** What the mail is about; at most one. */
  | { readonly kind: 'title'; readonly text: string }
  /** A small heading. */
  | { readonly kind: 'section'; readonly text: string }
  /** A sentence of the software. */
  | { readonly kind: 'line'; readonly text: string; readonly isQuiet?: boolean }
  | {
      readonly kind: 'message'
      /** `null`: goes on from the same person, moments later. */
      readonly head: { readonly author: string; readonly time: string } | null
      readonly body: readonly RichNode[]
      readonly files: readonly PageFile[]
      readonly side: 'team' | 'visitor'
      /** Earlier, and shown smaller. */
      readonly isQuiet: boolean
    }
  /** What an agent wrote as a mail. */
  | { readonly kind: 'prose'; readonly body: readonly RichNode[]; readonly files: readonly PageFile[] }
  | { readonly kind: 'signature'; readonly name: string; readonly site: string }
  | { readonly kind: 'quote'; readonly intro: string; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: MailUrl }

export interface MailPage {
  readonly subject: string
  /** Named on top, as letterhead. `null`: a mail from a person to a person. */
  readonly letterhead: { readonly name: string; readonly url: MailUrl | null } | null
  readonly blocks: readonly MailBlock[]
  /** Why one gets this mail, and how it ends. */
  readonly footer: readonly { readonly text: string; readonly url?: MailUrl }[]
}
