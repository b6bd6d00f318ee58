// What comes in, through the whole pipeline and into the log: whose it is, and what never follows from it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beginMailing, DELAY_MS, RECEIVER, type Mailing } from '../fallback/mailing.test.support.ts'

const ANA = 'ana@example.com'
const HOUR = 3_600_000

let mailing: Mailing
beforeEach(async () => {
  mailing = await beginMailing()
})
afterEach(() => mailing.close())

let count = 0
interface Written {
  readonly from?: string
  readonly to?: string
  readonly result?: 'pass' | 'fail'
  readonly head?: readonly string[]
  readonly text?: string
}
function mail({ from = ANA, to = 'support@acme.example', result = 'pass', head = [], text = 'Hello' }: Written) {
  count += 1
  const domain = from.split('@').at(-1)
  return [
    `Authentication-Results: ${RECEIVER}; dmarc=${result} header.from=${domain}`,
    `From: ${from}`,
    `To: ${to}`,
    `Message-ID: <${count}@${domain}>`,
    ...head,
    '',
    text,
    '',
  ]
}

/** Somebody who left an address and was written to: the conversation, and where our mail wants its answers. */
async function written() {
  const stream = await mailing.ask(ANA)
  await mailing.compose(stream)
  await mailing.until(() => expect(mailing.mails).toHaveLength(1))
  await mailing.until(async () => expect(await mailing.told(stream)).toEqual(['sent']))
  const [sent] = mailing.mails
  return { stream, replyTo: sent?.replyTo?.address ?? '', returnPath: sent?.envelope.from ?? '', id: sent?.messageId }
}

const PROGRAMS: readonly (readonly string[])[] = [
  ['Auto-Submitted: auto-replied'],
  ['Auto-Submitted: auto-generated'],
  ['Precedence: bulk'],
  ['Precedence: auto_reply'],
  ['List-Id: <us.example.com>'],
  ['X-Autoreply: yes'],
  ['X-Autorespond: Away'],
  ['X-Auto-Response-Suppress: All'],
  ['X-Loop: ana@example.com'],
  ['Return-Path: <>'],
  ['Subject: Automatic reply: Your order'],
  ['Subject: Out of office'],
  // One that hides that it is a program.
  [],
]

describe('a loop', () => {
  it('[EM156] does not begin: no mail leaves because one came, however often a program answers', async () => {
    const { stream, replyTo } = await written()
    for (let round = 0; round < 3; round++)
      for (const head of PROGRAMS) {
        const route = await mailing.take(mail({ to: replyTo, head, text: `I am away until ${count}.` }))
        expect(route).toMatchObject({ to: 'conversation', conversation: stream.id })
      }
    await mailing.quiet()
    mailing.clock.advance(HOUR)
    await mailing.quiet()
    mailing.clock.advance(24 * HOUR)
    await mailing.quiet()
    expect(mailing.mails).toHaveLength(1)
    // The reader was awake all the while: what the team says is mailed.
    await mailing.answer(stream, 'Welcome back.')
    mailing.clock.advance(DELAY_MS)
    await mailing.until(() => expect(mailing.mails).toHaveLength(2))
  })

  it('[EM156] does not begin at the team’s address either: what a program sends there opens nothing', async () => {
    for (const head of PROGRAMS.filter((lines) =>
      /^(?:Auto-Submitted|X-Auto(?:reply|respond)|Return)/.test(lines[0] ?? ''),
    ))
      expect(await mailing.take(mail({ head }))).toEqual({ to: 'nowhere', why: 'automatic' })
    expect(await mailing.all()).toEqual([])
  })

  it('[EM156, EM171, EM28] does not begin with reports: one says that a mail came back, and nothing is sent again', async () => {
    const { stream, returnPath, id } = await written()
    const report = () =>
      mail({
        ...{ from: 'mailer-daemon@example.com', to: returnPath },
        head: ['Content-Type: multipart/report; report-type=delivery-status; boundary=x'],
        text: [
          '--x\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n',
          '--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n',
          `Final-Recipient: rfc822; ${ANA}\r\nAction: failed\r\nStatus: 5.1.1\r\n`,
          `--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: ${id}\r\n\r\n--x--`,
        ].join('\r\n'),
      })
    for (let time = 0; time < 5; time++) expect(await mailing.take(report())).toMatchObject({ to: 'bounce' })
    await mailing.quiet()
    mailing.clock.advance(24 * HOUR)
    await mailing.quiet()
    expect(await mailing.told(stream)).toEqual(['sent', 'failed bounced'])
    expect(mailing.mails).toHaveLength(1)
    // Nor is anything more that the team says in the chat.
    await mailing.answer(stream, 'Are you there?')
    mailing.clock.advance(DELAY_MS)
    await mailing.quiet()
    mailing.clock.advance(24 * HOUR)
    await mailing.quiet()
    expect(mailing.mails).toHaveLength(1)
  })
})

describe('a mail that says it is from somebody', () => {
  it('[SC27, EM35] leads to nobody’s conversation or contact where nobody vouches for it', async () => {
    const { stream, replyTo } = await written()
    expect(await mailing.take(mail({ to: replyTo, text: 'It is me' }))).toMatchObject({ to: 'conversation' })
    const before = await mailing.events(stream)
    for (let time = 0; time < 3; time++)
      expect(await mailing.take(mail({ result: 'fail', text: 'Send it elsewhere' }))).toMatchObject({ to: 'new' })
    expect(await mailing.events(stream)).toEqual(before)
    const conversations = await mailing.all()
    expect(conversations).toHaveLength(4)
    expect(new Set(conversations.map(({ state }) => state.contact)).size).toBe(4)
    const people = conversations.flatMap(({ state }) => state.identities)
    expect(new Set(people).size).toBe(people.length)
    // Who is vouched for goes on where they were.
    expect(await mailing.take(mail({ text: 'One more thing' }))).toMatchObject({ to: 'new' })
    expect(await mailing.all()).toHaveLength(4)
    expect((await mailing.last(stream, 'message.posted'))?.content?.text).toBe('One more thing')
  })

  it('[EM157] is never a message of the team: not of an agent’s address, and not when an agent lets it pass', async () => {
    const { stream, replyTo, id } = await written()
    const forged = [
      mail({ from: 'ayu@acme.example', to: replyTo, text: 'Pay here' }),
      mail({ from: 'ayu@acme.example', head: [`In-Reply-To: ${id}`], text: 'Pay here too' }),
      mail({ from: ANA, result: 'fail', head: [`References: ${id}`], text: 'Pay here as well' }),
    ]
    for (const one of forged) expect(await mailing.take(one)).toMatchObject({ to: 'unverified' })
    const held = (await mailing.events(stream)).filter(({ kind }) => kind === 'mail.held')
    expect(held).toHaveLength(3)
    expect(held.every(({ publicSeq }) => publicSeq === null)).toBe(true)
    for (const { command } of held) await mailing.rule(stream, command)
    const posted = async () =>
      (await mailing.events(stream)).filter(({ kind, data }) => kind === 'message.posted' && data.held !== undefined)
    await mailing.until(async () => expect(await posted()).toHaveLength(3))
    for (const { author, actor } of await posted()) expect([author?.kind, actor.kind]).toEqual(['contact', 'system'])
    // What somebody else wrote proves no address.
    expect(await mailing.last(stream, 'address.given')).toMatchObject({ data: { verified: false } })
  })
})
