import { LIMITS } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../readers/testing.test.support.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { createMailQuota, isFull, MAIL_COUNTS, type QuotaRoom } from './mail-quota.ts'
import { createMailSecrets } from './mail-secrets.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ANA = 'ana@example.com'

/** Two nodes on one database. */
function open(limits: Partial<typeof LIMITS | Record<keyof typeof LIMITS, number>> = {}) {
  const clock = createManualClock()
  const { cells } = createMemoryStore({ readers: [], now: clock.now })
  const secrets = createMailSecrets('a secret of the installation')
  const node = () => createMailQuota({ cells, secrets, limits: { ...LIMITS, ...limits }, now: clock.now })
  return { clock, cells, quota: node(), other: node() }
}

const limitOf = (room: QuotaRoom) => (isFull(room) ? room.limit : 'room')
const waitOf = (room: QuotaRoom, now: number) => (isFull(room) ? room.until - now : 0)

describe('mails to one person', () => {
  it('[EM152] are one in ten minutes and five a day where nobody has proven the address', async () => {
    const { clock, quota } = open()
    for (let mail = 0; mail < 5; mail++) {
      expect(limitOf(await quota.takeRecipient(ANA, false))).toBe('room')
      const next = await quota.takeRecipient('Ana@Example.com', false)
      const until = mail < 4 ? 10 * MINUTE : DAY - 4 * 10 * MINUTE
      expect([limitOf(next), waitOf(next, clock.now())]).toEqual(['recipient', until])
      clock.advance(10 * MINUTE)
    }
    expect(limitOf(await quota.takeRecipient(ANA, false))).toBe('recipient')
    expect(limitOf(await quota.takeRecipient('budi@example.com', false))).toBe('room')
    clock.advance(DAY - 5 * 10 * MINUTE)
    expect(limitOf(await quota.takeRecipient(ANA, false))).toBe('room')
  })

  it('[EM152] are fifty a day to a proven address, and what the team writes counts without being bound', async () => {
    const { clock, quota } = open()
    for (let mail = 0; mail < 49; mail++) await quota.noteRecipient(ANA)
    expect(limitOf(await quota.takeRecipient(ANA, true))).toBe('room')
    expect(await quota.takeRecipient(ANA, true)).toEqual({ limit: 'recipient', until: clock.now() + DAY })
    await quota.noteRecipient(ANA)
  })

  it('[EM152] pass one at a time however many ask, on whichever node; one that did not leave gives its room back', async () => {
    const { quota, other } = open()
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? quota : other).takeRecipient(ANA, false))
    const rooms = (await Promise.all(asked)).filter((room) => !isFull(room))
    expect(rooms).toHaveLength(1)
    const [room] = rooms
    if (room === undefined || isFull(room)) throw new Error('no room')
    await room.giveBack()
    expect(limitOf(await other.takeRecipient(ANA, false))).toBe('room')
  })
})

describe('mails of one conversation', () => {
  it('[EM153] are 30 an hour and 60 a day, whomever they go to', async () => {
    const { clock, quota } = open()
    for (let mail = 0; mail < 30; mail++) expect(limitOf(await quota.take('acme', 'one', 1))).toBe('room')
    expect(await quota.take('acme', 'one', 1)).toEqual({ limit: 'conversation', until: clock.now() + HOUR })
    expect(await quota.fullNow('acme', 'one')).toEqual({ limit: 'conversation', until: clock.now() + HOUR })
    expect(limitOf(await quota.take('acme', 'two', 1))).toBe('room')
    clock.advance(HOUR)
    expect(await quota.fullNow('acme', 'one')).toBeNull()
    for (let mail = 0; mail < 30; mail++) expect(limitOf(await quota.take('acme', 'one', 1))).toBe('room')
    expect(await quota.take('acme', 'one', 1)).toEqual({ limit: 'conversation', until: clock.now() + DAY - HOUR })
  })
})

describe('mails of one site', () => {
  it('[EM153] are 2,000 an hour and 10,000 a day, counted by recipient, over all its conversations and nodes', async () => {
    const { clock, quota, other, cells } = open()
    let conversation = 0
    const fill = async (mails: number) => {
      for (let mail = 0; mail < mails; mail++) {
        conversation += 1
        const room = await (mail % 2 === 0 ? quota : other).take('acme', `c${conversation}`, 20)
        expect(limitOf(room)).toBe('room')
      }
    }
    for (let hour = 0; hour < 5; hour++) {
      await fill(100)
      const full = await quota.take('acme', 'next', 1)
      expect(limitOf(full)).toBe('site')
      expect(await other.fullNow('acme')).toEqual(full)
      // Five minutes are counted as one: it is full a little longer at worst, and never shorter.
      const wait = waitOf(full, clock.now())
      const span = hour < 4 ? HOUR : DAY - 4 * (HOUR + 5 * MINUTE)
      expect(wait).toBeGreaterThanOrEqual(span)
      expect(wait).toBeLessThanOrEqual(span + 5 * MINUTE)
      clock.advance(HOUR + 5 * MINUTE)
    }
    expect(limitOf(await quota.take('acme', 'next', 1))).toBe('site')
    // What had no room in its site has taken none in its conversation.
    expect(await cells.get(MAIL_COUNTS, 'conversation next')).toBeNull()
    expect(limitOf(await quota.take('shop', 'elsewhere', 1))).toBe('room')
    expect((await cells.get(MAIL_COUNTS, 'site acme'))?.length).toBeLessThan(200)
  })

  it('[EM153] whatever their times, no hour ever has more than its most', async () => {
    const most = 20
    const { clock, quota } = open({ mailsPerHourPerSite: most, mailsPerHourPerConversation: 1_000_000 })
    const sent: number[] = []
    for (let step = 0; step < 500; step++) {
      clock.advance(((step * 7_919) % 11) * 13_000)
      if (!isFull(await quota.take('acme', `c${step}`, 1))) sent.push(clock.now())
    }
    const counts = sent.map((from) => sent.filter((at) => at >= from && at < from + HOUR).length)
    expect(Math.max(...counts)).toBe(most)
    expect(sent.length).toBeGreaterThan(5 * most)
  })

  it('[EM153] that did not leave take no room', async () => {
    const { quota, cells } = open()
    const room = await quota.take('acme', 'one', 3)
    if (isFull(room)) throw new Error('no room')
    await room.giveBack()
    expect((await cells.all(MAIL_COUNTS)).size).toBe(0)
  })
})
