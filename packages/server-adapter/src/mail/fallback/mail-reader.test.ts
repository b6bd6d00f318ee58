import { expect, test } from 'vitest'
import { killedAtEachCall } from '../mortal.test.support.ts'
import { ADDRESS, MINUTE, openMailWorld } from './mail-world.test.support.ts'

const mailsOf = (kinds: readonly string[]) => kinds.filter((kind) => kind.startsWith('mail.'))

test('[EM143] one mail leaves after three quiet minutes, with all that was not read', async () => {
  const world = await openMailWorld()
  await world.answer('It left this morning.')
  await world.pass(2 * MINUTE)
  await world.answer('It is there on Friday.')
  await world.pass(2.75 * MINUTE)
  expect(world.sent).toEqual([])
  await world.pass(0.5 * MINUTE)
  expect(world.sent.map(({ envelope }) => envelope.to)).toEqual([[ADDRESS]])
  expect(world.sent[0]?.text).toMatch(/It left this morning\.[^]*It is there on Friday\./)
  await world.pass(60 * MINUTE)
  expect(world.sent).toHaveLength(1)
  await world.close()
})

test('[EM143] what was read in time is not mailed, on whatever device it was', async () => {
  const world = await openMailWorld()
  await world.answer('It left this morning.')
  await world.pass(2 * MINUTE)
  await world.read()
  await world.pass(30 * MINUTE)
  expect(await world.kinds()).not.toContain('mail.planned')
  await world.answer('It is there on Friday.')
  await world.pass(4 * MINUTE)
  expect(world.sent[0]?.text).not.toContain('It left this morning.')
  await world.close()
})

test('[EM143] while the team types the mail waits, ten minutes at most', async () => {
  const world = await openMailWorld()
  await world.answer('It left this morning.')
  const type = async (ms: number) => {
    // A key every five seconds.
    for (let typed = 0; typed < ms; typed += MINUTE / 12) {
      world.types()
      await world.pass(MINUTE / 12, MINUTE / 12)
    }
  }
  await type(9.5 * MINUTE)
  expect(world.sent).toEqual([])
  await type(MINUTE)
  expect(world.sent).toHaveLength(1)
  await world.close()
})

const later = { kind: 'later', code: '451', reason: 'Try again later' } as const
const accepted = { kind: 'accepted', response: '250 Queued', refused: [] } as const

test('[EM144] a mail server that is away for an hour costs some tries and no mail', async () => {
  let isUp = false
  const world = await openMailWorld({ answer: () => (isUp ? accepted : later) })
  await world.answer('It left this morning.')
  await world.pass(60 * MINUTE)
  expect(world.tries.length).toBeGreaterThan(3)
  expect(world.tries.length).toBeLessThan(10)
  isUp = true
  await world.pass(60 * MINUTE)
  expect(world.sent).toHaveLength(1)
  expect(mailsOf(await world.kinds())).toEqual(['mail.planned', 'mail.sent'])
  await world.close()
})

test(
  '[EM144] one that is away for more than a day is told, and the mail is given up',
  { timeout: 60_000 },
  async () => {
    const world = await openMailWorld({ answer: () => later })
    await world.answer('It left this morning.')
    await world.pass(26 * 60 * MINUTE)
    expect(mailsOf(await world.kinds())).toEqual(['mail.planned', 'mail.failed'])
    await world.close()
  },
)

test('[EM144] a reader that is killed at any of its calls mails once, or the same mail again', async () => {
  let repeats = 0
  const calls = await killedAtEachCall(async (killAt) => {
    const world = await openMailWorld({ killAt })
    await world.answer('It left this morning.')
    await world.pass(10 * MINUTE)
    const at = `killed ${killAt.when} call ${killAt.call}`
    expect(mailsOf(await world.kinds()), at).toEqual(['mail.planned', 'mail.sent'])
    const [first, ...others] = world.sent
    for (const other of others) expect(other, at).toEqual(first)
    repeats += others.length
    await world.close()
    return world.hasDied()
  })
  // Else nothing was tried: a mail takes more calls than these, and one lost answer must show as a repeat.
  expect(calls).toBeGreaterThan(20)
  expect(repeats).toBeGreaterThan(0)
}, 120_000)
