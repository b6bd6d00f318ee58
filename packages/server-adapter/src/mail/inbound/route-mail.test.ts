import { expect, it } from 'vitest'
import { createReplyTokens } from '../reply-token.ts'
import { toMessageId, toReplyAddress, toReturnPath } from '../token-places.ts'
import { authenticate } from './authenticate.ts'
import { readMail } from './parse-mail.ts'
import { routeMail, type MailRoute } from './route-mail.ts'

const SECRET = 'a secret of the installation'
const C = '0199d2a0-0000-7000-8000-0000000000ab'
const D = '0199d2a0-0000-7000-8000-0000000000ac'
const MAIL = '0199d2a0-1111-7000-8000-0000000000cd'
const SARI = 'sari@toko.example'
const EVE = 'eve@evil.example'
const tokens = createReplyTokens(SECRET)
const T = tokens.sign(C, SARI)
const to = (token: string) => `To: ${toReplyAddress('support@acme.example', token)}`
const id = (token: string) => toMessageId(token, MAIL, 'acme.example')
const PASS_SARI = 'Authentication-Results: mx.acme.example; dmarc=pass header.from=toko.example'
const PASS_EVE =
  'Authentication-Results: mx.acme.example; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example'
const US = 'To: support@acme.example'

/** Through the whole pipeline, with the receiver's header as the check. */
async function route(lines: readonly string[], body = 'Halo', known: readonly string[] = []): Promise<MailRoute> {
  const raw = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}\r\n`)
  const reading = await readMail(raw)
  if (reading.kind !== 'mail') throw new Error(reading.why)
  const setting = { method: 'receiver-header', authservId: 'mx.acme.example' } as const
  return routeMail(reading.mail, await authenticate(reading.mail, raw, setting), {
    tokens,
    ownAddresses: ['support@acme.example'],
    knownMail: (messageId, bodyHash) => known.includes(`${messageId} ${bodyHash}`),
  })
}

it.each([
  ['reply-address', [PASS_SARI, `From: ${SARI}`, to(T)]],
  ['reply-address', [PASS_SARI, `From: "Sari" <SARI@Toko.Example>`, `Reply-To: ${SARI}`, to(T.toUpperCase())]],
  ['reply-address', [PASS_SARI, `From: ${SARI}`, 'To: ayu@acme.example', `Delivered-To: support+${T}@acme.example`]],
  ['reply-address', [PASS_SARI, `From: ${SARI}`, to(T), `In-Reply-To: ${id(T)}`, `Cc: friend@b.example`]],
  ['in-reply-to', [PASS_SARI, `From: ${SARI}`, US, `In-Reply-To: ${id(T)}`]],
  ['references', [PASS_SARI, `From: ${SARI}`, US, `References: <x@y.example>`, ` ${id(T)}`]],
  // An automatic answer that a conversation asked for is told to it; it is not answered.
  ['reply-address', [PASS_SARI, `From: ${SARI}`, to(T), 'Auto-Submitted: auto-replied']],
] as const)('[EM34] the sender a token was made for, beyond doubt, is in the conversation by %s', async (by, lines) => {
  expect(await route(lines)).toEqual({ to: 'conversation', conversation: C, by })
})

const flipped = `${T.slice(0, 20)}${T[20] === 'a' ? 'b' : 'a'}${T.slice(21)}`
const SMUGGLED = `Halo\r\n.\r\nMAIL FROM:<${SARI}>\r\nRCPT TO:<support+${T}@acme.example>\r\nDATA\r\n${PASS_SARI}\r\nFrom: ${SARI}\r\n${to(T)}\r\n\r\nMoney`

/** What an attacker knows: the ids, and the token of a mail that was passed on. What they are: authentic as themselves. */
it.each([
  ['a guessed id of a conversation', 'new', [PASS_EVE, `From: ${EVE}`, `To: support+${C}@acme.example`]],
  [
    'a guessed id as Message-ID',
    'new',
    [PASS_EVE, `From: ${EVE}`, US, `In-Reply-To: <conversation/${C}@acme.example>`],
  ],
  ['one letter of a token changed', 'new', [PASS_SARI, `From: ${SARI}`, to(flipped)]],
  ['one letter changed, in In-Reply-To', 'new', [PASS_SARI, `From: ${SARI}`, US, `In-Reply-To: ${id(flipped)}`]],
  ['one letter changed, in References', 'new', [PASS_SARI, `From: ${SARI}`, US, `References: ${id(flipped)}`]],
  [
    'a token of another secret',
    'new',
    [PASS_SARI, `From: ${SARI}`, to(createReplyTokens('another secret of theirs').sign(C, SARI))],
  ],
  [
    'a return path as a reply address',
    'new',
    [PASS_SARI, `From: ${SARI}`, `To: support+${tokens.signReturnPath(C, SARI)}@acme.example`],
  ],
  ['a token in its own Message-ID only', 'new', [PASS_EVE, `From: ${EVE}`, US, `Message-ID: ${id(T)}`]],
  ['a token in the subject only', 'new', [PASS_EVE, `From: ${EVE}`, US, `Subject: ${T}`]],
  ["somebody else's token in To", 'unverified', [PASS_EVE, `From: ${EVE}`, to(T)]],
  ["somebody else's token in In-Reply-To", 'unverified', [PASS_EVE, `From: ${EVE}`, US, `In-Reply-To: ${id(T)}`]],
  ["somebody else's token in References", 'unverified', [PASS_EVE, `From: ${EVE}`, US, `References: ${id(T)}`]],
  ["somebody else's token in Cc", 'unverified', [PASS_EVE, `From: ${EVE}`, US, `Cc: support+${T}@acme.example`]],
  [
    "somebody else's token in Delivered-To",
    'unverified',
    [PASS_EVE, `From: ${EVE}`, US, `Delivered-To: support+${T}@acme.example`],
  ],
  [
    "somebody else's token between other tags",
    'unverified',
    [PASS_EVE, `From: ${EVE}`, `To: support+x+${T}@acme.example`.slice(0, 200)],
  ],
  ['the token and a name that shows the address', 'unverified', [PASS_EVE, `From: "${SARI}" <${EVE}>`, to(T)]],
  ['the token and an unquoted name that shows it', 'unverified', [PASS_EVE, `From: ${SARI} <${EVE}>`, to(T)]],
  ['the token and a comment that shows it', 'unverified', [PASS_EVE, `From: ${EVE} (${SARI})`, to(T)]],
  ['the token and Sender', 'unverified', [PASS_EVE, `From: ${EVE}`, `Sender: ${SARI}`, to(T)]],
  ['From forged, authentic as another Sender', 'unverified', [PASS_SARI, `From: ${SARI}`, `Sender: ${EVE}`, to(T)]],
  [
    'From forged, the policy fails',
    'unverified',
    ['Authentication-Results: mx.acme.example; dmarc=fail header.from=toko.example', `From: ${SARI}`, to(T)],
  ],
  ['From forged, nobody checked', 'unverified', [`From: ${SARI}`, to(T)]],
  [
    'From forged, results in another name',
    'unverified',
    ['Authentication-Results: mx.evil.example; dmarc=pass header.from=toko.example', `From: ${SARI}`, to(T)],
  ],
  [
    'From forged, results forged below the true ones',
    'unverified',
    ['Authentication-Results: mx.acme.example; dmarc=fail header.from=toko.example', PASS_SARI, `From: ${SARI}`, to(T)],
  ],
  ['From forged, results of another domain', 'unverified', [PASS_EVE, `From: ${SARI}`, to(T)]],
  [
    'From forged, results in a comment',
    'unverified',
    [
      'Authentication-Results: mx.acme.example; dmarc=none (x; dmarc=pass header.from=toko.example)',
      `From: ${SARI}`,
      to(T),
    ],
  ],
  [
    'From forged, signed by a subdomain',
    'unverified',
    ['Authentication-Results: mx.acme.example; dkim=pass header.d=evil.toko.example', `From: ${SARI}`, to(T)],
  ],
  ['two From headers, the victim first', 'unverified', [PASS_SARI, `From: ${SARI}`, `From: ${EVE}`, to(T)]],
  ['two From headers, the victim last', 'unverified', [PASS_SARI, `From: ${EVE}`, `From: ${SARI}`, to(T)]],
  ['two addresses in From', 'unverified', [PASS_SARI, `From: ${SARI}, ${EVE}`, to(T)]],
  ['a group in From', 'unverified', [PASS_SARI, `From: Team: ${SARI};`, to(T)]],
  ['no From at all', 'unverified', [PASS_SARI, to(T)]],
  ['a From that ends like it', 'unverified', [PASS_EVE, `From: sari@toko.example.evil.example`, to(T)]],
  ['a From that looks like it', 'unverified', [PASS_SARI, 'From: ѕari@toko.example', to(T)]],
  [
    'a From with a line end in its name',
    'unverified',
    [PASS_EVE, `From: =?utf-8?q?x=0D=0AFrom:_${SARI}?= <${EVE}>`, to(T)],
  ],
  ['Reply-To to somebody else', 'unverified', [PASS_SARI, `From: ${SARI}`, `Reply-To: ${EVE}`, to(T)]],
  ['Reply-To to two', 'unverified', [PASS_SARI, `From: ${SARI}`, `Reply-To: ${SARI}, ${EVE}`, to(T)]],
  ['Reply-To to nobody', 'unverified', [PASS_SARI, `From: ${SARI}`, 'Reply-To: nonsense', to(T)]],
  ['the token in Cc by its owner', 'unverified', [PASS_SARI, `From: ${SARI}`, US, `Cc: support+${T}@acme.example`]],
  [
    'tokens of two conversations',
    'unverified',
    [PASS_SARI, `From: ${SARI}`, to(T), `In-Reply-To: ${id(tokens.sign(D, SARI))}`],
  ],
  [
    'tokens of two recipients',
    'unverified',
    [PASS_SARI, `From: ${SARI}`, to(T), `References: ${id(tokens.sign(C, EVE))}`],
  ],
  [
    "the attacker's own token with the victim's",
    'unverified',
    [PASS_EVE, `From: ${EVE}`, to(tokens.sign(D, EVE)), `References: ${id(T)}`],
  ],
] as const)('[EM35] nothing is appended: %s', async (_name, where, lines) => {
  const routed = await route(lines)
  expect(routed.to).toBe(where)
})

it('[EM35] a mail smuggled into the body of another is words of that one', async () => {
  expect(await route([PASS_EVE, `From: ${EVE}`, US], SMUGGLED)).toEqual({ to: 'new', why: 'no_token' })
})

it('[EM36] our own mails, repeats, programs nobody asked and mails for others go nowhere', async () => {
  expect(await route([PASS_SARI, `From: ${SARI}`, to(T), 'X-Pendopo-Loop: 1'])).toEqual({
    to: 'nowhere',
    why: 'own_mail',
  })
  expect(await route(['From: support+x@acme.example', US])).toEqual({ to: 'nowhere', why: 'own_mail' })
  expect(await route([`From: ${SARI}`, US, 'Auto-Submitted: auto-replied'])).toEqual({
    to: 'nowhere',
    why: 'automatic',
  })
  expect(await route([`From: ${SARI}`, 'To: ayu@acme.example'])).toEqual({ to: 'nowhere', why: 'not_for_us' })
  expect(await route([`From: ${SARI}`, US, 'List-Id: <us.acme.example>'])).toEqual({ to: 'new', why: 'no_token' })
  expect(await route([`From: ${SARI}`, US, 'Subject: Delivery failed for my order'])).toEqual({
    to: 'new',
    why: 'no_token',
  })

  const lines = [PASS_SARI, `From: ${SARI}`, to(T), 'Message-ID: <1@toko.example>']
  const reading = await readMail(Buffer.from(`${lines.join('\n')}\n\nHalo\n`))
  const known = reading.kind === 'mail' ? [`<1@toko.example> ${reading.mail.bodyHash}`] : []
  expect(await route(lines, 'Halo', known)).toEqual({ to: 'nowhere', why: 'repeat' })
  // Another body under the same Message-ID is another mail.
  expect((await route(lines, 'Halo lagi', known)).to).toBe('conversation')
})

const REPORT = (messageId: string) =>
  [
    '--x\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n',
    '--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; sari@toko.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n',
    `--x\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Halo\r\nMessage-ID: ${messageId}\r\n\r\n--x--`,
  ].join('\r\n')
const reportHead = (address: string) => [
  'From: Mail Delivery System <mailer-daemon@toko.example>',
  `To: ${address}`,
  'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
]

it('[EM28, EM36] a report belongs to the mail whose return path it came to, or whose Message-ID it gives back', async () => {
  const path = toReturnPath('support@acme.example', tokens.signReturnPath(C, MAIL))
  const bounce = {
    action: 'failed',
    status: '5.1.1',
    recipient: SARI,
    diagnostic: '550 5.1.1 no such user',
    originalMessageId: id(T),
  }
  expect(await route(reportHead(path), REPORT(id(T)))).toMatchObject({
    to: 'bounce',
    conversation: C,
    mail: MAIL,
    bounce,
  })
  expect(await route(reportHead('support@acme.example'), REPORT(id(T)))).toMatchObject({
    to: 'bounce',
    mail: MAIL,
    returnPath: null,
  })
  const only = await route(reportHead(path), REPORT('<x@y.example>'))
  expect(only).toMatchObject({ to: 'bounce', conversation: C, mail: null })
  expect(only.to === 'bounce' && tokens.readReturnPath(only.returnPath ?? '')?.isFor(MAIL)).toBe(true)
  for (const [address, messageId] of [
    ['support@acme.example', '<x@y.example>'],
    ['support@acme.example', id(flipped)],
    [path, id(tokens.sign(D, SARI))],
    [path, toMessageId(T, 'another', 'acme.example')],
  ] as const)
    expect(await route(reportHead(address), REPORT(messageId)), address).toEqual({ to: 'nowhere', why: 'bounce' })
})
