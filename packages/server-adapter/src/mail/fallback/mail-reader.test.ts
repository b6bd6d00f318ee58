import { expect, test } from 'vitest'
import { killedAtEachCall } from '../mortal.test.support.ts'
import type { SendOutcome } from '../outbound/send-outcome.ts'
import { beginMailing, MINUTE } from './mailing.test.support.ts'

const ANA = 'ana@example.com'

async function begin(options: Parameters<typeof beginMailing>[0] = {}) {
  const mailing = await beginMailing({ delayMinutes: 3, ...options })
  return { ...mailing, stream: await mailing.ask(ANA) }
}

test('[EM143] one mail leaves after three quiet minutes, with all that was not read', async () => {
  const { stream, mails, answer, pass, close } = await begin()
  await answer(stream, 'It left this morning.')
  await pass(2 * MINUTE)
  await answer(stream, 'It is there on Friday.')
  await pass(2.75 * MINUTE)
  expect(mails).toEqual([])
  await pass(0.5 * MINUTE)
  expect(mails.map(({ envelope }) => envelope.to)).toEqual([[ANA]])
  expect(mails[0]?.text).toMatch(/It left this morning\.[^]*It is there on Friday\./)
  await pass(60 * MINUTE)
  expect(mails).toHaveLength(1)
  await close()
})

test('[EM143] what was read in time is not mailed, on whatever device it was', async () => {
  const { stream, mails, answer, read, pass, last, close } = await begin()
  await answer(stream, 'It left this morning.')
  await pass(2 * MINUTE)
  await read(stream)
  await pass(30 * MINUTE)
  expect(await last(stream, 'mail.planned')).toBeUndefined()
  await answer(stream, 'It is there on Friday.')
  await pass(4 * MINUTE)
  expect(mails[0]?.text).not.toContain('It left this morning.')
  await close()
})

test('[EM143] while the team types the mail waits, ten minutes at most', async () => {
  const { stream, mails, answer, types, pass, close } = await begin()
  const type = async (ms: number) => {
    // A key every five seconds.
    for (let typed = 0; typed < ms; typed += MINUTE / 12) {
      types()
      await pass(MINUTE / 12, MINUTE / 12)
    }
  }
  await answer(stream, 'It left this morning.')
  await type(9.5 * MINUTE)
  expect(mails).toEqual([])
  await type(MINUTE)
  expect(mails).toHaveLength(1)
  await close()
})

test('[EM161] from an address of any length', async () => {
  const address = 'kopi.pagi.flores.and.friends@gmail.com'
  const { stream, mails, answer, pass, told, close } = await begin({ address })
  await answer(stream, 'It left this morning.')
  await pass(4 * MINUTE)
  expect(await told(stream)).toEqual(['sent'])
  expect(mails[0]?.envelope).toEqual({ from: address, to: [ANA] })
  expect(mails[0]?.messageId).toMatch(/^<[a-z2-7]{52}\.[^@]+@gmail\.com>$/)
  await close()
})

test('[EM170] mails are answered to the plain address where the mailbox takes no other', async () => {
  const { stream, mails, answer, pass, close } = await begin({ plainReplies: true })
  await answer(stream, 'It left this morning.')
  await pass(4 * MINUTE)
  expect(mails[0]?.envelope.from).toBe('support@acme.example')
  expect(mails[0]?.replyTo?.address).toBe('support@acme.example')
  await close()
})

const later: SendOutcome = { kind: 'later', code: '451', reason: 'Try again later' }
const accepted: SendOutcome = { kind: 'accepted', response: '250 Queued', refused: [] }

test('[EM144] a mail server that is away for an hour costs some tries and no mail', async () => {
  let isUp = false
  const { stream, mails, tries, answer, pass, told, close } = await begin({
    otherwise: () => (isUp ? accepted : later),
  })
  await answer(stream, 'It left this morning.')
  await pass(60 * MINUTE)
  expect(tries()).toBeGreaterThan(3)
  expect(tries()).toBeLessThan(10)
  isUp = true
  await pass(60 * MINUTE)
  expect(mails).toHaveLength(1)
  expect(await told(stream)).toEqual(['delayed server', 'sent'])
  await close()
})

test('[EM166] what else happens in the conversation makes no try come sooner', async () => {
  const { stream, tries, answer, pass, close } = await begin({ otherwise: () => later })
  await answer(stream, 'It left this morning.')
  await pass(4 * MINUTE)
  const before = tries()
  for (let more = 0; more < 20; more++) {
    await answer(stream, 'And another thing.')
    await pass(1_000, 1_000)
  }
  expect(tries() - before).toBeLessThan(3)
  await close()
})

test('[EM169] that the mail server does not take a mail is told once: at once where somebody has to act', async () => {
  const refused: SendOutcome = { kind: 'misconfigured', step: 'login', code: '535', reason: 'not accepted' }
  const wrong = await begin({ otherwise: () => refused })
  await wrong.answer(wrong.stream, 'It left this morning.')
  await wrong.pass(4 * MINUTE)
  expect(await wrong.told(wrong.stream)).toEqual(['delayed server'])
  await wrong.pass(60 * MINUTE)
  expect(await wrong.told(wrong.stream)).toEqual(['delayed server'])
  await wrong.close()
  const away = await begin({ otherwise: () => later })
  await away.answer(away.stream, 'It left this morning.')
  await away.pass(10 * MINUTE)
  expect(await away.told(away.stream)).toEqual([])
  await away.pass(20 * MINUTE)
  expect(await away.told(away.stream)).toEqual(['delayed server'])
  await away.close()
})

test('[EM168] once the settings are mended, what waited leaves within minutes', async () => {
  const refused: SendOutcome = { kind: 'misconfigured', step: 'login', code: '535', reason: 'not accepted' }
  let isMended = false
  const { stream, mails, tries, answer, changeSettings, pass, close } = await begin({
    otherwise: () => (isMended ? accepted : refused),
  })
  await answer(stream, 'It left this morning.')
  await pass(180 * MINUTE)
  expect(tries()).toBeLessThan(12)
  isMended = true
  changeSettings()
  await pass(6 * MINUTE)
  expect(mails).toHaveLength(1)
  await close()
})

test(
  '[EM144] one that is away for more than a day is told, and the mail is given up',
  { timeout: 60_000 },
  async () => {
    const { stream, answer, pass, told, close } = await begin({ otherwise: () => later })
    await answer(stream, 'It left this morning.')
    await pass(26 * 60 * MINUTE)
    expect(await told(stream)).toEqual(['delayed server', 'failed gave-up'])
    await close()
  },
)

test('[EM172] where the mail server gave a mail another Message-ID, the next one stands behind that', async () => {
  const { stream, mails, answers, compose, pass, close } = await begin()
  answers.push({ ...accepted, serverMessageId: '<0102@eu-west-1.amazonses.com>' })
  await compose(stream)
  await pass(MINUTE)
  await compose(stream)
  await pass(MINUTE)
  expect(mails[1]).toMatchObject({ inReplyTo: '<0102@eu-west-1.amazonses.com>', subject: 'Your order' })
  expect(mails[1]?.references).toEqual([mails[0]?.messageId, '<0102@eu-west-1.amazonses.com>'])
  await close()
})

test('[EM144] a reader that is killed at any of its calls mails once, or the same mail again', async () => {
  let repeats = 0
  const calls = await killedAtEachCall(async (death) => {
    const { stream, mails, answer, pass, told, hasDied, close } = await begin({ death })
    await answer(stream, 'It left this morning.')
    await pass(20 * MINUTE)
    const at = `killed ${death.when} call ${death.call}`
    // Killed between taking its room and planning it, a mail waits as if one had left: late, and told.
    expect(
      (await told(stream)).filter((words) => words !== 'delayed recipient'),
      at,
    ).toEqual(['sent'])
    const [first, ...others] = mails
    for (const other of others) expect(other, at).toEqual(first)
    repeats += others.length
    await close()
    return hasDied()
  })
  // Else nothing was tried: a mail takes more calls than these, and one lost answer must show as a repeat.
  expect(calls).toBeGreaterThan(20)
  expect(repeats).toBeGreaterThan(0)
}, 120_000)
