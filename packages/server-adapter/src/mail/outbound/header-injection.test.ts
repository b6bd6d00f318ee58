import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composedDraft, replyDraft } from '../../testing/mail-drafts.ts'
import { startSmtpSink, type SmtpSink } from '../../testing/smtp-sink.ts'
import { composeMail } from './compose.ts'
import { createMailer, type Mailer } from './create-mailer.ts'
import { InvalidMailError } from './invalid-mail-error.ts'
import type { ComposedDraft, MailDraft, ReplyDraft } from './mail-draft.ts'

/** What has opened headers somewhere: line ends of every kind, encoded ones, ends of addresses and of the mail itself. */
const INJECTIONS = [
  'x\r\nBcc: victim@evil.example',
  'x\nBcc: victim@evil.example',
  'x\rBcc: victim@evil.example',
  'x\r\n\r\nBody of mine',
  'x\n\nBody of mine',
  'x\u0000\r\nBcc: victim@evil.example',
  'x\u000b\u000c\u0085Bcc: victim@evil.example',
  'x\u2028Bcc: victim@evil.example\u2029',
  'x\r\n Bcc: victim@evil.example',
  'x\r\n\tBcc: victim@evil.example',
  'x%0d%0aBcc: victim@evil.example',
  'x\\r\\nBcc: victim@evil.example',
  '=?utf-8?Q?x=0D=0ABcc:_victim@evil.example?=',
  '=?utf-8?B?eA0KQmNjOiB2aWN0aW1AZXZpbC5leGFtcGxl?=',
  'x", <victim@evil.example>, "y',
  'x> <victim@evil.example>, victim@evil.example (',
  'x\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<victim@evil.example>\r\nDATA\r\n',
] as const

/** Each place for typed text, in a reply and in a mail that an agent composes. */
const replyFields: Readonly<Record<string, (typed: string) => Partial<ReplyDraft>>> = {
  subject: (typed) => ({ subject: typed }),
  'site name': (typed) => ({ site: { name: typed } }),
  'agent name': (typed) => ({ agent: { name: typed } }),
  'name of To': (typed) => ({ to: { address: 'dewi@mail.example', name: typed } }),
  'name of From': (typed) => ({ from: { address: 'hello@kopi.example', name: typed } }),
  'name of Reply-To': (typed) => ({ replyTo: { address: 'r@kopi.example', name: typed } }),
  'address of To': (typed) => ({ to: { address: `dewi@mail.example${typed}` } }),
  'address of From': (typed) => ({ from: { address: `${typed}hello@kopi.example` } }),
  'address of Reply-To': (typed) => ({ replyTo: { address: `r@kopi.example${typed}` } }),
  'return path': (typed) => ({ returnPath: `b@kopi.example${typed}` }),
  'Message-ID': (typed) => ({ messageId: `<a${typed}@b.example>` }),
  'In-Reply-To': (typed) => ({ inReplyTo: `<a${typed}@b.example>` }),
  References: (typed) => ({ references: [`<a${typed}@b.example>`, typed] }),
  'loop id': (typed) => ({ loopId: typed }),
  'unsubscribe address': (typed) => ({ unsubscribeUrl: `https://kopi.example/${typed}` }),
  'unsubscribe mail': (typed) => ({ unsubscribeMail: `u@kopi.example${typed}` }),
  'resume link': (typed) => ({ resumeUrl: `https://kopi.example/${typed}` }),
  language: (typed) => ({ locale: typed, timeZone: typed }),
  message: (typed) => ({
    messages: [
      {
        author: { side: 'team', name: typed },
        at: 0,
        text: typed,
        files: [{ name: typed, size: 1, url: `https://kopi.example/${encodeURIComponent(typed)}` }],
      },
    ],
  }),
}
const composedFields: Readonly<Record<string, (typed: string) => Partial<ComposedDraft>>> = {
  'name of Cc': (typed) => ({ cc: [{ address: 'stock@kopi.example', name: typed }] }),
  'address of Cc': (typed) => ({ cc: [{ address: `stock@kopi.example${typed}` }] }),
  'address of Bcc': (typed) => ({ bcc: [{ address: `stock@kopi.example${typed}` }] }),
  'composed subject': (typed) => ({ subject: typed }),
  'composed text': (typed) => ({ text: typed, quoted: { author: typed, at: 0, text: typed } }),
}
const EVERY_FIELD: readonly (readonly [string, (typed: string) => MailDraft])[] = [
  ...Object.entries(replyFields).map(([name, change]) => [name, (typed: string) => replyDraft(change(typed))] as const),
  ...Object.entries(composedFields).map(
    ([name, change]) => [name, (typed: string) => composedDraft(change(typed))] as const,
  ),
]

const OF_EVERY_MAIL = [
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'reply-to',
  'subject',
  'to',
  'x-pendopo-loop',
]
const OF_REPLIES = [
  ...OF_EVERY_MAIL,
  'auto-submitted',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'x-auto-response-suppress',
]
const OF_COMPOSED = [...OF_EVERY_MAIL, 'cc']
/** Only where the thread is known. */
const OF_THREADS = ['in-reply-to', 'references']

let sink: SmtpSink
let mailer: Mailer
beforeAll(async () => {
  sink = await startSmtpSink()
  mailer = createMailer({ host: '127.0.0.1', port: sink.port, tls: 'none' })
})
afterAll(async () => {
  await mailer?.close()
  await sink?.close()
})

describe.each(EVERY_FIELD)('%s', (_field, toDraft) => {
  it('[EM41] adds no header and no recipient, whatever it holds', async () => {
    for (const typed of INJECTIONS) {
      const draft = toDraft(typed)
      let mail
      try {
        mail = composeMail(draft)
      } catch (error) {
        // Refused before anything is sent: as good.
        expect(error).toBeInstanceOf(InvalidMailError)
        continue
      }
      const before = sink.mails.length
      const commandsBefore = sink.commands.length
      expect(await mailer.send(mail)).toMatchObject({ kind: 'accepted' })

      expect(sink.mails.slice(before)).toHaveLength(1)
      const received = sink.mails[before]
      const recipients = draft.kind === 'composed' ? mail.envelope.to : ['dewi@mail.example']
      expect(received?.to).toEqual(recipients)
      expect(sink.commands.slice(commandsBefore)).toEqual([
        `MAIL FROM:<${mail.envelope.from}>`,
        ...recipients.map((address) => `RCPT TO:<${address}>`),
        'DATA',
      ])

      const raw = received?.raw.toString('latin1') ?? ''
      const head = raw.slice(0, raw.indexOf('\r\n\r\n'))
      const names = head.split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
      const expected = draft.kind === 'composed' ? OF_COMPOSED : OF_REPLIES
      const threaded = [...expected, ...OF_THREADS.filter((name) => names.includes(name))]
      expect(names.toSorted()).toEqual(threaded.toSorted())
      // No line end but CR LF, and nothing unseen.
      expect(head.replaceAll('\r\n', '')).toMatch(/^[\t\x20-\x7e]*$/)

      const parsed = await PostalMime.parse(received?.raw ?? '')
      expect(parsed.bcc ?? []).toEqual([])
      expect(parsed.from?.address).toBe('hello@kopi.example')
      expect(parsed.to?.map(({ address }) => address)).toEqual(['dewi@mail.example'])
      expect(parsed.replyTo).toHaveLength(1)
      for (const named of [...(parsed.to ?? []), parsed.from]) expect(named?.name ?? '').not.toMatch(/[\r\n]/)
      expect(parsed.subject).not.toMatch(/[\r\n\0]/)
      expect(parsed.attachments).toEqual([])
    }
  })
})

it('[EM41] the headers of the whole mail stand for what was typed', async () => {
  const draft = composedDraft({
    to: [{ address: 'dewi@köln.example', name: 'Dewi "D" Sari, Ph.D. 👍' }],
    subject: 'Ünïcode، عربي, and a long one '.repeat(5),
  })
  await mailer.send(composeMail(draft))
  const parsed = await PostalMime.parse(sink.mails.at(-1)?.raw ?? '')
  expect(parsed.to).toEqual([{ address: 'dewi@xn--kln-sna.example', name: 'Dewi "D" Sari, Ph.D. 👍' }])
  expect(parsed.subject).toBe(draft.subject.trim())
  expect(parsed.from).toEqual({ address: 'hello@kopi.example', name: 'Ayu Lestari at Kopi Senja' })
})
