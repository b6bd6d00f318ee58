// Mails as somebody's mail program writes them, in the bytes that a mailbox holds.

/** What the receiving server calls itself where it says what it found out about a sender. */
export const RECEIVER = 'mx.example.com'

export interface IncomingMail {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** A Message-ID. */
  readonly inReplyTo?: string | undefined
  /** What the receiver found out about the sender's domain. */
  readonly dmarc: 'pass' | 'fail'
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Any text may stand in a header: in an encoded word it is never part of the syntax. */
const word = (text: string): string => `=?utf-8?B?${base64(text)}?=`

/** With both bodies; sent now, under an id of its own. */
export function writeMail({ from, to, subject, text, html, inReplyTo, dmarc }: IncomingMail): Buffer {
  const domain = from.address.split('@').at(-1) ?? ''
  const part = (type: string, body: string) => [
    '--parts',
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(base64(body).match(/.{1,76}/g) ?? []),
  ]
  const lines = [
    `Authentication-Results: ${RECEIVER}; dmarc=${dmarc} header.from=${domain}`,
    `From: ${word(from.name)} <${from.address}>`,
    `To: <${to}>`,
    `Subject: ${word(subject)}`,
    `Message-ID: <${crypto.randomUUID()}@${domain}>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${inReplyTo}`, `References: ${inReplyTo}`]),
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=parts',
    '',
    ...part('text/plain', text),
    ...part('text/html', html),
    '--parts--',
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
