// A form on a page is open to everybody: whoever types a stranger's address must not make us write to them.

import type { StreamRef } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { beginMailing, DELAY_MS } from '../../packages/server-adapter/src/mail/fallback/mailing.test.support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const VICTIM = 'victim@example.com'

describe('a form that is made to write to strangers', () => {
  it('[EM155] mails nobody: not after 10,000 conversations that name one address', async () => {
    const { clock, mails, ask, answer, told, until, quiet, close } = await beginMailing()
    const streams: StreamRef[] = []
    for (let group = 0; group < 100; group++) {
      const asked = Array.from({ length: 100 }, (_, index) => ask(VICTIM, `Buy pills ${group} ${index}`))
      streams.push(...(await Promise.all(asked)))
      await quiet()
    }
    clock.advance(HOUR)
    await quiet()
    expect(mails).toEqual([])

    // Somebody answers forty of them all the same.
    const answered = streams.slice(0, 40)
    for (const stream of answered) await answer(stream, 'How can we help?')
    clock.advance(DELAY_MS)
    const toldOf = async () => (await Promise.all(answered.map(told))).flat()
    await until(async () => expect(await toldOf()).toHaveLength(40))
    expect((await toldOf()).filter((words) => words === 'sent')).toHaveLength(1)
    for (let mail = 2; mail <= 5; mail++) {
      await quiet()
      clock.advance(10 * MINUTE)
      await until(() => expect(mails).toHaveLength(mail))
    }
    await quiet()
    clock.advance(12 * HOUR)
    await quiet()
    expect(mails).toHaveLength(5)
    for (const { to, subject, text, html } of mails) {
      expect(to.map(({ address }) => address)).toEqual([VICTIM])
      expect(`${subject} ${text} ${html}`).not.toContain('pills')
    }
    await close()
  }, 240_000)
})
