// What leaves, what waits and what is told of it, when more is to be mailed than may be.

import { afterEach, describe, expect, it } from 'vitest'
import { beginMailing, DELAY_MS, type Mailing } from './mailing.test.support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const ends: Mailing[] = []
afterEach(async () => {
  for (const { close } of ends.splice(0)) await close()
})
async function begin(options: Parameters<typeof beginMailing>[0] = {}) {
  const mailing = await beginMailing(options)
  ends.push(mailing)
  return mailing
}

describe('answers that nobody reads', () => {
  it('[EM152, EM154] to an address that nobody has proven wait ten minutes, say so once, and go in one mail', async () => {
    const { clock, mails, ask, answer, told, last, until, quiet } = await begin()
    const stream = await ask('ana@example.com')
    await answer(stream, 'We are back at nine.')
    clock.advance(DELAY_MS)
    await until(async () => expect(await told(stream)).toEqual(['sent']))
    await answer(stream, 'It has left.')
    clock.advance(DELAY_MS)
    await until(async () => expect(await told(stream)).toEqual(['sent', 'delayed recipient']))
    const free = Number((await last(stream, 'mail.delayed'))?.data.until)
    expect(Math.round((free - clock.now()) / MINUTE)).toBe(9)
    await answer(stream, 'It comes tomorrow.')
    clock.advance(DELAY_MS)
    await quiet()
    expect(mails).toHaveLength(1)
    clock.advance(free - clock.now())
    await until(async () => expect(await told(stream)).toEqual(['sent', 'delayed recipient', 'sent']))
    expect(mails).toHaveLength(2)
    expect(mails[1]?.text).toMatch(/It has left\.[^]*It comes tomorrow\./)
  })

  it('[EM153, EM154] wait for their site before they are planned, so that none is a mail of its own', async () => {
    const { clock, mails, ask, answer, told, until, quiet } = await begin({ limits: { mailsPerHourPerSite: 1 } })
    const [first, second] = [await ask('ana@example.com'), await ask('budi@example.com')]
    await answer(first, 'One')
    clock.advance(DELAY_MS)
    await until(async () => expect(await told(first)).toEqual(['sent']))
    await answer(second, 'Two')
    clock.advance(DELAY_MS)
    await until(async () => expect(await told(second)).toEqual(['delayed site']))
    await answer(second, 'Three')
    clock.advance(DELAY_MS)
    await quiet()
    clock.advance(HOUR + 5 * MINUTE)
    await until(async () => expect(await told(second)).toEqual(['delayed site', 'sent']))
    expect(mails.map(({ text }) => ['Two', 'Three'].filter((words) => text.includes(words)))).toEqual([
      [],
      ['Two', 'Three'],
    ])
  })
})

describe('what an agent writes as a mail', () => {
  it('[EM153, EM154] is planned at once, waits for its site, says so once, and leaves when there is room', async () => {
    const { clock, mails, ask, compose, told, last, until, quiet } = await begin({ limits: { mailsPerHourPerSite: 3 } })
    const [first, second] = [await ask('ana@example.com'), await ask('budi@example.com')]
    await compose(first, ['one@example.com', 'two@example.com'])
    await until(async () => expect(await told(first)).toEqual(['sent']))
    await compose(second)
    await until(async () => expect(await told(second)).toEqual(['delayed site']))
    const free = Number((await last(second, 'mail.delayed'))?.data.until)
    expect(mails).toHaveLength(1)
    await quiet()
    clock.advance(free - clock.now())
    await until(async () => expect(await told(second)).toEqual(['delayed site', 'sent']))
    expect((await last(second, 'mail.sent'))?.at).toBeGreaterThanOrEqual(free)
    expect(mails[1]?.to).toEqual([expect.objectContaining({ address: 'budi@example.com' })])
  })

  it('[EM153] counts once it has left: what the mail server did not take leaves room for others', async () => {
    const { answers, ask, compose, told, until } = await begin({ limits: { mailsPerHourPerSite: 1 } })
    const [first, second] = [await ask('ana@example.com'), await ask('budi@example.com')]
    answers.push({ kind: 'refused', code: '550', reason: 'no such user' })
    await compose(first)
    await until(async () => expect(await told(first)).toEqual(['failed refused']))
    answers.push({ kind: 'later', code: '450', reason: 'wait' })
    await compose(first)
    await until(() => expect(answers).toEqual([]))
    await compose(second)
    await until(async () => expect(await told(second)).toEqual(['sent']))
  })

  it('[EM153] counts where the mail server may have it', async () => {
    const { answers, ask, compose, told, until } = await begin({ limits: { mailsPerHourPerSite: 1 } })
    const [first, second] = [await ask('ana@example.com'), await ask('budi@example.com')]
    answers.push({ kind: 'later', code: 'ETIMEDOUT', reason: 'cut', maybeSent: true })
    await compose(first)
    await until(() => expect(answers).toEqual([]))
    await compose(second)
    await until(async () => expect(await told(second)).toEqual(['delayed site']))
  })

  it('[EM154] is told as failed after a day without room', async () => {
    let tries = 0
    let at = 0
    const { clock, mails, ask, compose, told, until, quiet } = await begin({
      quota: {
        async take() {
          tries += 1
          return { limit: 'conversation', until: at + HOUR }
        },
      },
    })
    at = clock.now()
    const stream = await ask('ana@example.com')
    await compose(stream)
    await until(async () => expect(await told(stream)).toEqual(['delayed conversation']))
    await quiet()
    at += DAY - MINUTE
    clock.advance(DAY - MINUTE)
    await until(() => expect(tries).toBeGreaterThan(1))
    expect(await told(stream)).toEqual(['delayed conversation'])
    await quiet()
    clock.advance(HOUR)
    await until(async () => expect(await told(stream)).toEqual(['delayed conversation', 'failed capped']))
    expect(mails).toEqual([])
  })
})
