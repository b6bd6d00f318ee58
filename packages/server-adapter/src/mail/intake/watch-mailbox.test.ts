// On a real Dovecot, through a network that cuts, swallows and lies. With PENDOPO_MAILS=1000 it takes minutes.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startMailServer, type MailServer } from '../../../../../tools/services.mjs'
import { createManualClock } from '../../readers/testing.test.support.ts'
import { StoreError } from '../../store/store-error.ts'
import { startFaultProxy, type FaultProxy } from './fault-proxy.test.support.ts'
import {
  createKept,
  hastyClock,
  lastState,
  mail,
  quickly,
  settingsFor,
  watchInto,
  type Kept,
} from './intake.test.support.ts'
import { openImap } from './open-imap.ts'
import type { MailboxWatch } from './watch-mailbox.ts'

const MAILS = Number(process.env.PENDOPO_MAILS ?? 60)
const LONG_MS = 60_000 + MAILS * 300
const DAY_MS = 24 * 3_600_000

let server: MailServer
let password: string
let kept: Kept
let open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  server = await startMailServer()
  password = server.password
}, 60_000)
afterAll(() => server?.stop())
beforeEach(() => {
  kept = createKept()
})
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()))
  open = []
  await empty()
})

const own = <Thing extends { close(): Promise<void> }>(thing: Thing): Thing => {
  open.push(thing)
  return thing
}
const proxied = async (...faults: Parameters<typeof startFaultProxy> extends [number, ...infer Rest] ? Rest : never) =>
  own(await startFaultProxy(server.port, ...faults))
const watch = (options: Partial<Parameters<typeof watchInto>[1]> = {}): MailboxWatch =>
  own(watchInto(kept, { settings: settingsFor(server), ...options }))
const through = ({ port }: FaultProxy) => ({ settings: settingsFor(server, port) })

const deliver = (names: readonly string[], bytes = 0) => {
  for (const name of names) server.deliver(mail(name, bytes))
}
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `mail ${from + n}`)
const names = () => kept.taken.map(({ name }) => name)
/** Each once, at its first appearance. */
const first = () => [...new Set(names())]
const isWatching = () => expect(lastState(kept)?.kind).toBe('watching')

async function withClient<Result>(use: (client: Awaited<ReturnType<typeof openImap>>['client']) => Promise<Result>) {
  const { client } = await openImap(settingsFor(server), { maxBytes: 1_000_000 })
  await client.mailboxOpen('INBOX')
  try {
    return await use(client)
  } finally {
    await client.logout()
  }
}
/** A network that cuts after 5 to 65 kB, and numbers to make things up with; the same each time. */
function unsteady() {
  let random = 1
  const next = () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647
  let rest = 20_000
  const pass = (data: Buffer) => {
    rest -= data.length
    if (rest > 0) return { data }
    const cut = data.subarray(0, Math.max(0, data.length + rest))
    rest = 5_000 + next() * 60_000
    return { data: cut, cut: true }
  }
  return { next, faults: { pass } }
}
const empty = () => withClient((client) => client.messageDelete('1:*', { uid: true }))
const flags = () =>
  withClient(async (client) => (await client.fetchAll('1:*', { flags: true })).map((each) => [...(each.flags ?? [])]))

describe('a watched mailbox', () => {
  it('[EM70] takes every mail, in the order of the folder, and hears of new ones at once', async () => {
    deliver(numbered(0, 5))
    watch()
    await quickly(isWatching)
    expect(lastState(kept)).toEqual({ kind: 'watching', pushed: true })
    expect(names()).toEqual(numbered(0, 5))
    deliver(numbered(5, 9))
    await quickly(() => expect(names()).toEqual(numbered(0, 9)))
    const last = kept.taken.at(-1)
    expect(last?.raw).toEqual(mail('mail 8'))
    expect(last?.facts).toEqual({
      mailbox: 'support',
      uid: expect.any(Number),
      uidValidity: kept.cursor?.uidValidity,
      receivedAt: expect.closeTo(Date.now(), -5),
    })
    await quickly(() => expect(kept.cursor?.lastUid).toBe(last?.facts.uid))
  })

  it('[EM70] moves the cursor when a mail is stored, not before; the same mail twice comes twice', async () => {
    const answers: (() => void)[] = []
    watch({
      take: (raw, facts) =>
        new Promise((resolve) => answers.push(() => resolve(void kept.taken.push({ name: '', raw, facts })))),
    })
    await quickly(isWatching)
    const before = kept.cursor?.lastUid ?? Number.NaN
    deliver(['same', 'same'])
    await quickly(() => expect(answers).toHaveLength(1))
    expect(kept.cursor?.lastUid).toBe(before)
    answers[0]?.()
    await quickly(() => expect(answers).toHaveLength(2))
    expect(kept.cursor?.lastUid).toBe(kept.taken[0]?.facts.uid)
    answers[1]?.()
    await quickly(() => expect(kept.cursor?.lastUid).toBe(kept.taken[1]?.facts.uid))
    expect(kept.taken[1]?.raw).toEqual(kept.taken[0]?.raw)
  })

  it(
    '[EM70] [EM71] loses nothing over connections that are cut in the middle of mails',
    async () => {
      const count = Math.ceil(MAILS / 2)
      const { next, faults } = unsteady()
      const proxy = await proxied(faults)
      for (const name of numbered(0, count)) server.deliver(mail(name, next() * 20_000))
      watch(through(proxy))
      await quickly(() => expect(first()).toHaveLength(count), LONG_MS)
      expect(first()).toEqual(numbered(0, count))
      expect(proxy.connections).toBeGreaterThan(count / 10)
      await quickly(() => expect(kept.cursor?.lastUid).toBe(kept.taken.at(-1)?.facts.uid))
      // A cut comes before a mail is whole: none is taken twice.
      expect(names()).toHaveLength(count)
    },
    LONG_MS,
  )

  it(
    '[EM70] [EM71] [EM73] loses nothing through all of it: cuts, mails twice, a crash, new numbers',
    async () => {
      const { next, faults } = unsteady()
      const proxy = await proxied(faults)
      const half = Math.floor(MAILS / 2)
      for (const name of numbered(0, half)) {
        const raw = mail(name, next() * 20_000)
        server.deliver(raw)
        if (next() < 0.1) server.deliver(raw)
      }
      watch(through(proxy))
      await quickly(() => expect(first().length).toBeGreaterThan(half / 2), LONG_MS)
      await server.changeUidValidity()
      for (const name of numbered(half, MAILS)) server.deliver(mail(name, next() * 20_000))
      await quickly(() => expect(first().length).toBeGreaterThan((3 * MAILS) / 4), LONG_MS)
      await server.kill()
      await server.start()
      await quickly(() => expect(first()).toHaveLength(MAILS), LONG_MS)
      expect(first()).toEqual(numbered(0, MAILS))
      const last = kept.taken.at(-1)
      await quickly(() => expect(kept.cursor?.lastUid).toBe(last?.facts.uid))
      expect(kept.cursor?.uidValidity).toBe(last?.facts.uidValidity)
      // In one numbering the order is the folder's, and nothing comes twice.
      for (const validity of new Set(kept.taken.map(({ facts }) => facts.uidValidity))) {
        const uids = kept.taken.flatMap(({ facts }) => (facts.uidValidity === validity ? [facts.uid] : []))
        expect(uids).toEqual([...new Set(uids)].toSorted((one, other) => one - other))
      }
      expect(kept.aside).toEqual([])
    },
    LONG_MS,
  )

  it('[EM71] goes on after the server was killed, and takes what came meanwhile', async () => {
    watch()
    deliver(['before'])
    await quickly(() => expect(names()).toEqual(['before']))
    await server.kill()
    deliver(['meanwhile'])
    await quickly(() =>
      expect(lastState(kept)).toMatchObject({ kind: 'retrying', problem: expect.stringContaining('ECONNREFUSED') }),
    )
    await server.start()
    await quickly(() => expect(names()).toEqual(['before', 'meanwhile']))
  }, 30_000)

  it('[EM71] notices a connection that nothing passes any more, while a mail is read and while it idles', async () => {
    const proxy = await proxied({
      pass: (data, { connection }) => {
        if (connection === 1 && data.includes('Subject: stuck')) proxy.swallow(true)
        return { data: data.subarray(0, 200) }
      },
    })
    deliver(['stuck'], 5_000)
    watch({ ...through(proxy), silenceMs: 400 })
    await quickly(() => expect(kept.reports.some(({ state }) => state.kind === 'retrying')).toBe(true))
    const healthy = await proxied()
    const second = createKept()
    own(watchInto(second, { ...through(healthy), silenceMs: 400 }))
    await quickly(() => expect(lastState(second)?.kind).toBe('watching'))
    healthy.swallow(true)
    await quickly(() => expect(lastState(second)?.kind).toBe('retrying'))
    healthy.swallow(false)
    deliver(['after'])
    await quickly(() => expect(second.taken.map(({ name }) => name)).toEqual(['stuck', 'after']))
  })

  it('[EM71] waits longer each time, a mail or half a minute of peace makes it short again', async () => {
    const clock = createManualClock(Date.now())
    let cuts = true
    const proxy = await proxied({ pass: (data) => (cuts ? { data: Buffer.alloc(0), cut: true } : { data }) })
    watch({ ...through(proxy), clock })
    const waits: number[] = []
    for (let failures = 1; failures <= 11; failures += 1) {
      await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'retrying', failures }))
      const state = lastState(kept)
      const wait = state?.kind === 'retrying' ? state.retryAt - clock.now() : 0
      waits.push(wait)
      if (failures === 11) cuts = false
      clock.advance(wait)
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(waits.at(-1)).toBe(300_000)
    await quickly(isWatching)
    proxy.cut()
    await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'retrying', failures: 12 }))
    clock.advance(300_000)
    deliver(['relief'])
    await quickly(() => expect(names()).toEqual(['relief']))
    await quickly(isWatching)
    proxy.cut()
    await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'retrying', failures: 1 }))
    clock.advance(1_000)
    await quickly(isWatching)
    proxy.cut()
    await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'retrying', failures: 2 }))
    clock.advance(2_000)
    await quickly(isWatching)
    clock.advance(30_000)
    proxy.cut()
    await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'retrying', failures: 1 }))
  })

  it('[EM72] begins at the end or at the beginning, and remembers it', async () => {
    deliver(['old'])
    const atEnd = watch({ start: 'end' })
    await quickly(isWatching)
    expect(kept.cursor?.lastUid).toBeGreaterThan(0)
    await atEnd.close()
    deliver(['new'])
    watch({ start: 'beginning' })
    await quickly(() => expect(names()).toEqual(['new']))
    const other = createKept()
    own(watchInto(other, { settings: settingsFor(server), start: 'beginning' }))
    await quickly(() => expect(other.taken.map(({ name }) => name)).toEqual(['old', 'new']))
  })

  it('[EM73] reads the last fourteen days again when the folder is numbered anew, and nothing older', async () => {
    server.deliver(mail('ancient'), new Date(Date.now() - 16 * DAY_MS))
    server.deliver(mail('old'), new Date(Date.now() - 14.5 * DAY_MS))
    server.deliver(mail('young'), new Date(Date.now() - 13.5 * DAY_MS))
    // It came to the folder late: its number is high, and its time is old.
    server.deliver(mail('moved'), new Date(Date.now() - 100 * DAY_MS))
    deliver(['today'])
    const all = ['ancient', 'old', 'young', 'moved', 'today']
    let kick: Promise<void> | undefined
    watch({
      take: async (raw, facts) => {
        kept.taken.push({ name: String(raw).match(/Subject: (.*)\r/)?.[1] ?? '', raw, facts })
        if (kept.taken.length === 4) kick = server.changeUidValidity()
      },
    })
    await quickly(() => expect(kept.taken.length).toBeGreaterThanOrEqual(4))
    await kick
    deliver(['later'])
    await quickly(() => expect(names().slice(-1)).toEqual(['later']))
    const validities = [...new Set(kept.taken.map(({ facts }) => facts.uidValidity))]
    expect(validities).toHaveLength(2)
    const again = kept.taken.filter(({ facts }) => facts.uidValidity === validities[1]).map(({ name }) => name)
    expect(again).toEqual(['young', 'today', 'later'])
    expect(new Set(names())).toEqual(new Set([...all, 'later']))
    await quickly(() => expect(kept.cursor?.uidValidity).toBe(validities[1]))
  }, 30_000)

  it('[EM74] says that the login is refused, tries again seldom, and goes on when it is right', async () => {
    const clock = createManualClock(Date.now())
    const proxy = await proxied()
    deliver(['waiting'])
    await server.setPassword('changed')
    watch({ ...through(proxy), clock })
    await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'refused', retryAt: clock.now() + 600_000 }))
    expect(lastState(kept)).toMatchObject({ problem: expect.stringContaining('Authentication failed') })
    expect(proxy.connections).toBe(1)
    clock.advance(599_999)
    expect(proxy.connections).toBe(1)
    clock.advance(1)
    await quickly(() => expect(lastState(kept)).toMatchObject({ kind: 'refused', retryAt: clock.now() + 1_200_000 }))
    expect(proxy.connections).toBe(2)
    await server.setPassword(password)
    clock.advance(1_200_000)
    await quickly(() => expect(names()).toEqual(['waiting']))
  }, 30_000)

  it('[EM74] takes a connection that breaks in the login for what it is', async () => {
    const proxy = await proxied({
      pass: (data) => (data.includes('Logged in') ? { data: Buffer.alloc(0), cut: true } : { data }),
    })
    watch(through(proxy))
    await quickly(() => expect(lastState(kept)?.kind).toBe('retrying'))
    expect(kept.reports.some(({ state }) => state.kind === 'refused')).toBe(false)
  })

  it('[EM75] sets a mail beyond the limit aside with its beginning, counts it, and takes the others', async () => {
    deliver(['small'])
    deliver(['huge'], 200_000)
    deliver(['after'])
    watch({ maxBytes: 100_000 })
    await quickly(() => expect(names()).toEqual(['small', 'after']))
    expect(kept.aside).toHaveLength(1)
    const [aside] = kept.aside
    expect(aside?.raw).toEqual(mail('huge', 200_000).subarray(0, 65_536))
    expect(aside?.why.reason).toEqual({ kind: 'too_large', size: mail('huge', 200_000).length })
    expect(kept.reports.at(-1)?.counts).toEqual({ taken: 2, tooLarge: 1, setAside: 0 })
  })

  it('[EM75] is not fooled by a server that says less than it sends', async () => {
    const proxy = await proxied({
      pass: (data) => ({
        data: Buffer.from(data.toString('latin1').replace(/RFC822.SIZE 3\d{6}/, 'RFC822.SIZE 1000000'), 'latin1'),
      }),
    })
    deliver(['liar'], 3_000_000)
    deliver(['after'])
    watch({ ...through(proxy), maxBytes: 1_500_000 })
    await quickly(() => expect(names()).toEqual(['after']))
    expect(kept.aside.map(({ raw, why }) => [raw, why.reason.kind])).toEqual([[null, 'too_large']])
  })

  it('[EM76] tries a mail again that could not be taken, then sets it aside and goes on', async () => {
    let tries = 0
    deliver(['poison', 'healthy'])
    watch({
      take: async (raw, facts) => {
        if (String(raw).includes('poison')) {
          tries += 1
          throw new Error('unable to parse')
        }
        kept.taken.push({ name: 'healthy', raw, facts })
      },
    })
    await quickly(() => expect(names()).toEqual(['healthy']))
    expect(tries).toBe(6)
    expect(kept.aside.map(({ raw, why }) => [raw, why.reason])).toEqual([
      [mail('poison'), { kind: 'take_failed', problem: 'unable to parse' }],
    ])
    const held = kept.reports.flatMap(({ state }) => (state.kind === 'holding' ? [state.problem] : []))
    expect(held).toEqual(Array(5).fill('unable to parse'))
    await quickly(() => expect(kept.cursor?.lastUid).toBe(kept.taken[0]?.facts.uid))
  })

  it('[EM76] waits for a store that does not answer, however long, and sets nothing aside', async () => {
    let tries = 0
    deliver(['patient'])
    watch({
      take: async (raw, facts) => {
        tries += 1
        if (tries < 20) throw new StoreError('unavailable', 'the database is locked')
        kept.taken.push({ name: 'patient', raw, facts })
      },
    })
    await quickly(() => expect(names()).toEqual(['patient']))
    expect(kept.aside).toEqual([])
  })

  it('[EM76] gives up a mail on which every connection breaks, and takes those behind it', async () => {
    const proxy = await proxied({
      pass: (data) => {
        const at = data.indexOf('Subject: cursed')
        return at === -1 ? { data } : { data: data.subarray(0, at), cut: true }
      },
    })
    deliver(['cursed', 'blessed'])
    const clock = { ...hastyClock, after: (ms: number, callback: () => void) => hastyClock.after(ms / 50, callback) }
    watch({ ...through(proxy), clock })
    await quickly(() => expect(names().at(-1)).toBe('blessed'))
    expect(kept.aside.map(({ raw, why }) => [raw, why.reason.kind])).toEqual([[null, 'unreadable']])
    expect(proxy.connections).toBe(21)
  }, 30_000)

  it('[EM77] leaves the folder as it is, unless it is to mark what it took', async () => {
    deliver(['one', 'two'])
    const reader = watch()
    await quickly(() => expect(names()).toHaveLength(2))
    await reader.close()
    const untouched = await flags()
    expect(untouched.map((each) => each.filter((flag) => flag !== '\\Recent'))).toEqual([[], []])
    const marking = createKept()
    own(watchInto(marking, { settings: settingsFor(server), markSeen: true }))
    await quickly(async () => expect((await flags()).every((each) => each.includes('\\Seen'))).toBe(true))
    expect((await flags()).length).toBe(2)
  })

  it('[EM78] watches on one node alone, and on another when the first has lost its lease', async () => {
    let holder: Kept | undefined
    const [one, two] = [createKept(), createKept()]
    const lease = (mine: Kept) => ({
      renewEveryMs: 5_000,
      acquire: async () => {
        holder ??= mine
        return holder === mine
      },
      release: async () => {
        if (holder === mine) holder = undefined
      },
    })
    const settings = settingsFor(server)
    const oneWatch = own(watchInto(one, { settings, lease: lease(one) }))
    await quickly(() => expect(lastState(one)?.kind).toBe('watching'))
    // They share a database, and so the cursor.
    const twoWatch = own(watchInto(two, { settings, lease: lease(two), load: async () => one.cursor }))
    await quickly(() => expect(lastState(two)?.kind).toBe('standby'))
    deliver(['first'])
    await quickly(() => expect(one.taken).toHaveLength(1))
    holder = two
    await quickly(() => expect([lastState(one)?.kind, lastState(two)?.kind]).toEqual(['standby', 'watching']))
    deliver(['second'])
    await quickly(() => expect(two.taken.map(({ name }) => name)).toEqual(['second']))
    expect(one.taken).toHaveLength(1)
    await twoWatch.close()
    await quickly(() => expect(lastState(one)?.kind).toBe('watching'))
    await oneWatch.close()
    expect(holder).toBeUndefined()
  })

  it('[EM78] does without a lease that cannot be asked for', async () => {
    watch({ lease: { renewEveryMs: 1_000, acquire: () => Promise.reject(new Error('database down')) } })
    await quickly(() => expect(lastState(kept)?.kind).toBe('standby'))
  })

  it('[EM78] ends once and for all, after the mail in hand', async () => {
    let finish: (() => void) | undefined
    deliver(['in hand', 'next'])
    const watched = watch({
      take: (raw, facts) =>
        new Promise((resolve) => (finish = () => resolve(void kept.taken.push({ name: 'in hand', raw, facts })))),
    })
    await quickly(() => expect(finish).toBeDefined())
    let isClosed = false
    const closing = Promise.all([watched.close(), watched.close()]).then(() => (isClosed = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isClosed).toBe(false)
    finish?.()
    await closing
    expect(names()).toEqual(['in hand'])
    expect(kept.cursor?.lastUid).toBe(kept.taken[0]?.facts.uid)
    expect(lastState(kept)).toEqual({ kind: 'closed' })
    await watched.close()
  })

  it('[EM79] asks on a beat where the server does not tell', async () => {
    const proxy = await proxied({
      pass: (data) => ({ data: Buffer.from(data.toString('latin1').replaceAll(' IDLE', ' XDLE'), 'latin1') }),
    })
    watch(through(proxy))
    await quickly(() => expect(lastState(kept)).toEqual({ kind: 'watching', pushed: false }))
    deliver(['asked for'])
    await quickly(() => expect(names()).toEqual(['asked for']))
    expect(proxy.connections).toBe(1)
  })
})
