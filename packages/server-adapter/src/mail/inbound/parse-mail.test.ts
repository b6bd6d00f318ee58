import { expect, it } from 'vitest'
import { readMail } from './parse-mail.ts'
import type { ParsedMail, ReadMail } from './parsed-mail.ts'

async function read(text: string, encoding: BufferEncoding = 'utf8'): Promise<ReadMail> {
  const reading = await readMail(Buffer.from(text, encoding))
  if (reading.kind !== 'mail') throw new Error(reading.why)
  return reading
}
const parse = async (text: string): Promise<ParsedMail> => (await read(text)).mail

const MAIL = `Received: from mx.toko.example
From: "Sari Dewi" <Sari@Toko.Example>
Sender: post@toko.example
Reply-To: <sari@toko.example>
To: support@acme.example, Team: ayu@acme.example, budi@acme.example;
Cc: =?utf-8?q?Tok=C3=B3?= <toko@toko.example>
Subject: =?utf-8?q?Pesanan_saya_=F0=9F=8E=89?=
Date: Mon, 3 Nov 2025 14:05:00 +0700
Message-ID: <one@toko.example>
In-Reply-To: <zero@acme.example>
References: <first@acme.example>
 <zero@acme.example>
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Halo!
--x
Content-Type: image/png; name="struk.png"
Content-Disposition: attachment; filename="struk.png"
Content-Transfer-Encoding: base64
Content-ID: <struk>

aGFsbw==
--x--
`

it('[EM10] a mail becomes plain data: addresses, ids, bodies, files, headers in their order', async () => {
  const mail = await parse(MAIL)
  expect(mail).toMatchObject({
    messageId: '<one@toko.example>',
    from: [{ name: 'Sari Dewi', address: 'Sari@Toko.Example' }],
    isFromPlain: true,
    sender: { address: 'post@toko.example' },
    replyTo: [{ address: 'sari@toko.example' }],
    to: [{ address: 'support@acme.example' }, { address: 'ayu@acme.example' }, { address: 'budi@acme.example' }],
    cc: [{ name: 'Tokó', address: 'toko@toko.example' }],
    subject: 'Pesanan saya 🎉',
    date: '2025-11-03T07:05:00.000Z',
    inReplyTo: ['<zero@acme.example>'],
    references: ['<first@acme.example>', '<zero@acme.example>'],
    html: null,
    size: Buffer.byteLength(MAIL),
  })
  expect(mail.text?.trim()).toBe('Halo!')
  expect(mail.headers.slice(0, 2).map(({ name }) => name)).toEqual(['received', 'from'])
  expect(mail.attachments).toMatchObject([
    { name: 'struk.png', type: 'image/png', size: 4, contentId: '<struk>', disposition: 'attachment' },
  ])
  expect(Buffer.from(mail.attachments[0]?.bytes ?? []).toString()).toBe('halo')
  // It crosses threads.
  expect(structuredClone(mail)).toEqual(mail)
})

it.each([
  ['Sari <sari@toko.example>', true],
  ['sari@toko.example', true],
  ['<sari@toko.example>', true],
  ['"Sari (Toko), Dewi" <sari@toko.example>', true],
  ['sari@toko.example <Sari@toko.example>', true],
  ['"admin@acme.example" <sari@toko.example>', true],
  ['Sari <sari@toko.example> (from home)', true],
  ['admin@acme.example <sari@toko.example>', false],
  ['sari@toko.example, admin@acme.example', false],
  ['<sari@toko.example> <admin@acme.example>', false],
  ['Team: sari@toko.example;', false],
  ['Team: sari@toko.example, admin@acme.example;', false],
  ['"Sari <sari@toko.example>', false],
  ['Sari (<admin@acme.example> <sari@toko.example>', false],
  ['=?utf-8?q?a?=@b <sari@toko.example>', false],
  ['"" (Mail Delivery System)', false],
  ['sari', false],
  ['', false],
])('[EM10] From: %s has one sender: %s', async (from, isPlain) => {
  expect((await parse(`From: ${from}\nSubject: x\n\nHalo`)).isFromPlain).toBe(isPlain)
})

it('[EM10] two From headers have no sender, and none has none', async () => {
  const two = await parse('From: sari@toko.example\nFrom: admin@acme.example\n\nHalo')
  expect(two).toMatchObject({
    isFromPlain: false,
    from: [{ address: 'sari@toko.example' }, { address: 'admin@acme.example' }],
  })
  expect(await parse('Subject: x\n\nHalo')).toMatchObject({ isFromPlain: false, from: [], subject: 'x' })
})

it('[EM10] nothing of a header has a line end, and nothing is without bound', async () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `X-Header-${at}: ${'x'.repeat(20)}`).join('\n')
  const refs = Array.from({ length: 1_000 }, (_, at) => ` <${at}@acme.example>`).join('\n')
  const mail = await parse(
    `Subject: =?utf-8?q?a=0D=0ABcc:_x@y.example?=\nFrom: =?utf-8?q?S=0D=0Aari?= <sari@toko.example>\nReferences:\n${refs}\nX-Long: ${'y'.repeat(50_000)}\n${many}\n\nHalo`,
  )
  expect(mail.subject).toBe('a Bcc: x@y.example')
  expect(mail.from[0]?.name).toBe('S ari')
  expect(mail.headers.length).toBe(300)
  expect(Math.max(...mail.headers.map(({ value }) => value.length))).toBeLessThanOrEqual(8 * 1024)
  expect(mail.references).toHaveLength(100)
  expect(mail.references.at(-1)).toBe('<999@acme.example>')
})

it('[EM10] the hash is of the body: transport changes neither, other words do', async () => {
  const hash = async (text: string) => (await parse(text)).bodyHash
  const one = await hash('From: a@b.example\nMessage-ID: <1@b>\n\nHalo\nSari\n')
  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect(await hash('Received: by x\r\nFrom: a@b.example\r\nMessage-ID: <1@b>\r\n\r\nHalo\r\nSari')).toBe(one)
  expect(await hash('From: a@b.example\nMessage-ID: <1@b>\n\nHalo\nSari!\n')).not.toBe(one)
})

it('[EM10] line ends of any kind, and the first line of a mailbox file, are read', async () => {
  for (const text of [
    MAIL.replaceAll('\n', '\r\n'),
    MAIL.replaceAll('\n', '\r'),
    `From sari Mon Nov  3 14:05:00 2025\n${MAIL}`,
  ]) {
    const mail = await parse(text)
    expect(mail.from[0]?.address).toBe('Sari@Toko.Example')
    expect(mail.text?.trim()).toBe('Halo!')
  }
})

it('[EM11] what is no mail, or nests deeper than fifty parts, is unreadable and says why', async () => {
  const why = async (text: string) => readMail(Buffer.from(text))
  expect(await why('')).toEqual({ kind: 'unreadable', why: 'no_mail' })
  expect(await why('Just a text.\n\nAnd another.')).toEqual({ kind: 'unreadable', why: 'no_mail' })
  expect(await why('\u0000\u0001\u0002')).toEqual({ kind: 'unreadable', why: 'no_mail' })
  const nested = Array.from({ length: 60 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`)
  expect(await why(`From: a@b.example\n${nested.join('')}\n`)).toEqual({ kind: 'unreadable', why: 'too_deep' })
  expect(await why(`From: a@b.example\n${'X: y\n'.repeat(300_000)}\n\nx`)).toEqual({
    kind: 'unreadable',
    why: 'too_large',
  })
})

it('[EM10] a mail within a mail is a file, not words of the sender', async () => {
  const { mail, words } = await read(
    'From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee below.\n--x\nContent-Type: message/rfc822\n\nFrom: c@d.example\nSubject: y\n\nSecret\n--x--\n',
  )
  expect(words.visible).toBe('See below.')
  expect(mail.attachments).toMatchObject([{ type: 'message/rfc822' }])
})

it('[EM13] words come from the plain body, or from the HTML where there is none', async () => {
  const both = (text: string, html: string) =>
    `From: a@b.example\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\n${text}\n--x\nContent-Type: text/html\n\n${html}\n--x--\n`
  expect((await read(both('Plain', '<p>Rich</p>'))).words).toMatchObject({ from: 'text', visible: 'Plain' })
  expect((await read(both(' \n', '<p>Rich</p>'))).words).toMatchObject({ from: 'html', visible: 'Rich' })
  expect((await read('From: a@b.example\nContent-Type: text/html\n\n<p>R&amp;B &lt;b&gt;</p>')).words).toMatchObject({
    from: 'html',
    visible: 'R&B <b>',
  })
  expect((await read('From: a@b.example\n\n')).words).toMatchObject({ from: 'nothing', visible: '' })
})
