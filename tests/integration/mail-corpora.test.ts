// Real mails of public projects through trimming and routing, against what a person reads in them; the scores are printed.

import EmailReplyParserModule from 'email-reply-parser'
import { expect, it } from 'vitest'
import { normaliseAddress } from '../../packages/server-adapter/src/mail/address.ts'
import { readMail } from '../../packages/server-adapter/src/mail/inbound/parse-mail.ts'
import type { ParsedMail } from '../../packages/server-adapter/src/mail/inbound/parsed-mail.ts'
import { routeMail, type MailRoute } from '../../packages/server-adapter/src/mail/inbound/route-mail.ts'
import { trimReply } from '../../packages/server-adapter/src/mail/inbound/trim-reply.ts'
import { createReplyTokens } from '../../packages/server-adapter/src/mail/reply-token.ts'
import { toMessageId, toReplyAddress } from '../../packages/server-adapter/src/mail/token-places.ts'
import { comparable, firstLine, hasMailCorpora, isExpected, readMailCorpus } from '../support/mail-corpora.ts'

/** For people who run it: what docs/email.md publishes. */
const say = (text: string) => void process.stderr.write(`${text}\n`)
/** A mail on which the library compared with hangs for a minute. */
const LONGEST_FOR_LIBRARY = 100_000

it.skipIf(!hasMailCorpora).each(['reply-github', 'reply-crisp'] as const)(
  '[EM25] corpora: the replies of %s are trimmed as a person would, better than the best library does',
  (corpus) => {
    const mails = readMailCorpus(corpus)
    const wrong: string[] = []
    let library = 0
    let visible = 0
    for (const mail of mails) {
      const text = mail.bytes.toString('utf8')
      const before = process.cpuUsage()
      const trimmed = trimReply(text)
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1_000, mail.name).toBeLessThan(200)
      expect(comparable(trimmed.visible).startsWith(firstLine(mail)), mail.name).toBe(true)
      if (isExpected(mail, trimmed)) visible += 1
      else wrong.push(mail.name)
      if (text.length > LONGEST_FOR_LIBRARY) continue
      if (isExpected(mail, { visible: new EmailReplyParserModule().read(text).getVisibleText() })) library += 1
    }
    say(`${corpus}: ours ${visible} of ${mails.length}, email-reply-parser ${library} of ${mails.length}`)
    expect(wrong).toEqual([])
    expect(visible).toBeGreaterThanOrEqual(library)
  },
)

const SECRET = 'a secret of the installation'
/** The addresses that these mails were sent to as to a team's inbox. */
const OWN = [
  'care@example.com',
  'reply@example.com',
  'replies@example.com',
  'test@example.com',
  'user@example.com',
  'test@outlook.com',
  'imap@outlook.com',
  'pranavrajs@gmail.com',
  'support@chatwoot.com',
  'vishnu@chatwoot.com',
]

it.skipIf(!hasMailCorpora)(
  '[EM37] corpora: each mail of inbox-chatwoot goes where it belongs, within two seconds',
  async () => {
    const mails = readMailCorpus('inbox-chatwoot')
    expect(mails).toHaveLength(39)
    const wrong: string[] = []
    let right = 0
    let tried = 0
    for (const { name, bytes, expected } of mails) {
      const [asItCame = '', signed = asItCame] = expected
      for (const [raw, wanted] of [
        [bytes, asItCame],
        [signReferences(bytes), signed],
      ] as const) {
        const from = performance.now()
        const route = await routeOf(raw)
        expect(performance.now() - from, name).toBeLessThan(2_000)
        tried += 1
        if (told(route) === wanted) right += 1
        else wrong.push(`${name}: ${told(route)}, not ${wanted}`)
      }
    }
    say(`inbox-chatwoot: ${right} of ${tried} (39 as they came, 39 with their references signed)`)
    expect(wrong).toEqual([])
  },
)

async function routeOf(raw: Uint8Array): Promise<MailRoute> {
  const reading = await readMail(raw)
  if (reading.kind === 'unreadable') throw new Error(reading.why)
  return routeMail(reading.mail, authentic(reading.mail), {
    tokens: createReplyTokens(SECRET),
    ownAddresses: OWN,
    knownMail: () => false,
  })
}

/** These mails are years old and their domains not ours: what is looked at is threading, as if each sender was checked. */
const authentic = (mail: ParsedMail) => ({
  from: normaliseAddress(mail.from[0]?.address ?? ''),
  aligned: 'pass' as const,
  method: 'none' as const,
  details: '',
})

function told(route: MailRoute): string {
  if (route.to === 'conversation') return `${route.to} ${route.by}`
  return route.to === 'bounce' ? route.to : `${route.to} ${route.why}`
}

/** What refers to a conversation there, in our form and signed for the mail's sender. */
function signReferences(raw: Buffer): Buffer {
  const text = raw.toString('latin1')
  const sender = /^From: .*?([\w.+-]+@[\w.-]+)/m.exec(text)?.[1]
  if (sender === undefined) return raw
  const tokens = createReplyTokens(SECRET)
  const id = (conversation: string) => toMessageId(tokens.sign(conversation, sender), '1', 'example.com')
  const other = '6bdc3f4d-0000-4515-a284-5d916fdde489'
  return Buffer.from(
    text
      .replace(/<(?:account\/\d+\/)?conversation\/([0-9a-f-]{36})[^>]*>/g, (_all, uuid: string) => id(uuid))
      .replace(/<reply\+([0-9a-f-]{36})@[^>]*>(?= |\r?\n)(?<=In-Reply-To:.*)/g, (_all, uuid: string) => id(uuid))
      .replace(/reply\+([0-9a-f-]{36})@example\.com/g, (_all, uuid: string) =>
        toReplyAddress('reply@example.com', tokens.sign(uuid, sender)),
      )
      .replace('<test-reference-id>', id(other))
      .replace('In-Reply-To: <0CB459E0-0336-41DA-BC88-E6E28C697DDB@chatwoot.com>', `In-Reply-To: ${id(other)}`),
    'latin1',
  )
}
