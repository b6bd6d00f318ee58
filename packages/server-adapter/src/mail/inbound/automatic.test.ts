import { expect, it } from 'vitest'
import { mayAnswer, type AutomaticReason } from './automatic.ts'
import { readMail } from './parse-mail.ts'
import { readBounce } from './read-bounce.ts'

async function parse(text: string) {
  const reading = await readMail(Buffer.from(text))
  if (reading.kind !== 'mail') throw new Error(reading.why)
  return reading.mail
}
const OWN = { addresses: ['support@acme.example'] }
const PERSON = 'From: Sari <sari@toko.example>\nTo: support@acme.example\n'

const CASES: readonly (readonly [AutomaticReason, string])[] = [
  ['auto_submitted', `${PERSON}Auto-Submitted: auto-replied`],
  ['auto_submitted', `${PERSON}Auto-Submitted: auto-generated (holiday)`],
  ['null_return_path', `${PERSON}Return-Path: <>`],
  ['report', `${PERSON}Content-Type: multipart/report; boundary=x; report-type=delivery-status`],
  ['report', `${PERSON}Content-Type: message/delivery-status`],
  ['daemon', 'From: MAILER-DAEMON@toko.example'],
  ['daemon', 'From: postmaster@toko.example'],
  ['daemon', 'From: "Mail Delivery Subsystem" <x@toko.example>'],
  ['daemon', 'From: "" (Mail Delivery System)\nSender: postmaster@toko.example'],
  ['no_reply_address', 'From: no-reply@toko.example'],
  ['no_reply_address', 'From: NoReply+42@toko.example'],
  ['bulk', `${PERSON}Precedence: bulk`],
  ['bulk', `${PERSON}Precedence: list`],
  ['bulk', `${PERSON}Precedence: junk`],
  ['automatic_header', `${PERSON}Precedence: auto_reply`],
  ['list', `${PERSON}List-Id: <a.b>`],
  ['list', `${PERSON}List-Unsubscribe: <mailto:a@b.example>`],
  ['automatic_header', `${PERSON}X-Autoreply: yes`],
  ['automatic_header', `${PERSON}X-Autorespond: Away`],
  ['automatic_header', `${PERSON}X-Failed-Recipients: a@b.example`],
  ['loop_header', `${PERSON}X-Loop: sari@toko.example`],
  ['own_loop_header', `${PERSON}X-Pendopo-Loop: 1`],
  ['own_address', 'From: Support+x@ACME.example'],
  ['own_address', 'From: sari@toko.example\nFrom: support@acme.example'],
  ['no_sender', 'Subject: x'],
  ['asks_for_none', `${PERSON}X-Auto-Response-Suppress: OOF, AutoReply`],
  ['automatic_subject', `${PERSON}Subject: Automatic reply: Halo`],
  ['automatic_subject', `${PERSON}Subject: Re: [EXT] Automatische Antwort: Halo`],
  ['automatic_subject', `${PERSON}Subject: Undeliverable: Halo`],
]

it.each(CASES)('[EM26] is not answered: %s of %j', async (why, head) => {
  expect(mayAnswer(await parse(`${head}\n\nHalo\n`), OWN)).toEqual({ may: false, why })
})

it('[EM26] a person is answered, and not more than four times an hour', async () => {
  for (const more of [
    '',
    'Auto-Submitted: no',
    'X-Auto-Response-Suppress: None',
    'Precedence: first-class',
    'Return-Path: <sari@toko.example>',
  ]) {
    const mail = await parse(`${PERSON}${more === '' ? '' : `${more}\n`}Subject: Halo\n\nApa kabar?\n`)
    expect(mayAnswer(mail, OWN), more).toEqual({ may: true })
    expect(mayAnswer(mail, { ...OWN, sendersMailsThisHour: 4 })).toEqual({ may: true })
    expect(mayAnswer(mail, { ...OWN, sendersMailsThisHour: 5 })).toEqual({ may: false, why: 'too_many' })
  }
})

it('[EM28] reads the old reports, and takes no person for one', async () => {
  const qmail = await parse(
    'Return-Path: <>\nFrom: MAILER-DAEMON@toko.example\nSubject: failure notice\n\nHi. This is the program.\n\n<sari@toko.example>:\n550 5.7.1 refused\n\n--- Below this line is a copy.\n\nReceived: x\nMessage-ID: <1@acme.example>\nSubject: Halo\n',
  )
  expect(readBounce(qmail)).toMatchObject({ action: 'failed', status: '5.7.1', originalMessageId: '<1@acme.example>' })
  const exim = await parse(
    'From: Mail Delivery System <Mailer-Daemon@toko.example>\nX-Failed-Recipients: sari@toko.example\nSubject: Mail delivery failed: returning message to sender\n\nno such user\n',
  )
  expect(readBounce(exim)).toMatchObject({ recipient: 'sari@toko.example', originalMessageId: null })
  expect(readBounce(await parse(`${PERSON}Subject: Delivery failed\n\nMy parcel: 550 5.1.1\n`))).toBeNull()
})
