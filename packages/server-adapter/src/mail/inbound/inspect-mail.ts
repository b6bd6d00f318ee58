// What the whole pipeline makes of a mail, as one record: for the operator's command, and for whoever scores corpora. It
// stores nothing and answers nobody.

import type { ReplyTokens } from '../reply-token.ts'
import { authenticate, type AuthenticationSetting } from './authenticate.ts'
import type { Authentication } from './authentication.ts'
import { mayAnswer, type AnswerRight } from './automatic.ts'
import type { MailAddress, ReadMail } from './parsed-mail.ts'
import { readBounce, type Bounce } from './read-bounce.ts'
import { routeMail, type MailRoute } from './route-mail.ts'

export interface InspectOptions {
  readonly authentication: AuthenticationSetting
  readonly tokens: ReplyTokens
  readonly ownAddresses: readonly string[]
  readonly knownMail?: (messageId: string | null, bodyHash: string) => boolean
}

export interface Inspection {
  readonly messageId: string | null
  readonly from: readonly MailAddress[]
  readonly to: readonly string[]
  readonly subject: string
  readonly date: string | null
  readonly authentication: Authentication
  readonly route: MailRoute
  readonly visible: string
  readonly quoted: string
  readonly signature: string
  /** Which body the words were read from. */
  readonly wordsFrom: 'text' | 'html' | 'nothing'
  readonly isCut: boolean
  readonly attachments: readonly {
    readonly name: string | null
    readonly type: string
    readonly size: number
    readonly disposition: string | null
  }[]
  readonly answer: AnswerRight
  readonly bounce: Bounce | null
  readonly size: number
  readonly bodyHash: string
}

export async function inspectMail(
  { mail, words }: ReadMail,
  raw: Uint8Array,
  { authentication: setting, tokens, ownAddresses, knownMail = () => false }: InspectOptions,
): Promise<Inspection> {
  const authentication = await authenticate(mail, raw, setting)
  return {
    messageId: mail.messageId,
    from: mail.from,
    to: mail.to.map(({ address }) => address),
    subject: mail.subject,
    date: mail.date,
    authentication,
    route: routeMail(mail, authentication, { tokens, ownAddresses, knownMail }),
    visible: words.visible,
    quoted: words.quoted,
    signature: words.signature,
    wordsFrom: words.from,
    isCut: words.isCut,
    attachments: mail.attachments.map(({ name, type, size, disposition }) => ({ name, type, size, disposition })),
    answer: mayAnswer(mail, { addresses: ownAddresses }),
    bounce: readBounce(mail),
    size: mail.size,
    bodyHash: mail.bodyHash,
  }
}
