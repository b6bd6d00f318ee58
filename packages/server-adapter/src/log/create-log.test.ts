import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, LogEvent, StreamRef } from '@pendopo/protocol'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import {
  createStandingClock,
  newAgent,
  newId,
  newVisitor,
  openCommand,
  postCommand,
  withIdentity,
} from '../testing/store-contract/fixture.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts'
import type { LogStore, Store } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import { createLog, type LogOptions } from './create-log.ts'
import type { Batch, Committed, Log } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'pendopo-log-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

const STORES: readonly (readonly [string, () => Promise<Store>])[] = [
  ['in-memory', async () => createMemoryStore()],
  ['SQLite', () => openSqliteStore({ path: join(folder, `${(files += 1)}.db`), readers: [] })],
]

test('[LG16] what another process did since a stream was last seen is decided upon, and its repeats are found', async () => {
  const path = join(folder, 'shared.db')
  const stores = [await openSqliteStore({ path, readers: [] }), await openSqliteStore({ path, readers: [] })] as const
  const [here, there] = [createLog({ store: stores[0], now: Date.now }), createLog({ store: stores[1], now: Date.now })]
  const workspace = await stores[0].directory.defaultWorkspace()
  const [visitor, agent] = [newVisitor(), newAgent()]
  const submit = (log: Log, actor: Batch['actor'], stream: StreamRef | null, command: Command) =>
    log.submit({ workspace, stream, commands: [command], actor })
  const close = (): Command => ({ id: newId(), kind: 'conversation.close', data: {} })

  const { stream } = await submit(here, visitor, null, openCommand())
  const elsewhere = postCommand('sent to the other process')
  const first = await submit(there, visitor, stream, elsewhere)
  expect((await submit(here, visitor, stream, elsewhere)).results).toEqual(first.results)
  await submit(there, agent, stream, close())
  expect((await submit(here, agent, stream, close())).events).toEqual([])
  const reopening = await submit(here, visitor, stream, postCommand('one more thing'))
  expect(reopening.events.map(({ kind }) => kind)).toEqual(['conversation.reopened', 'message.posted'])
  for (const log of [here, there]) await log.close()
  for (const store of stores) await store.close()
})

describe.each(STORES)('the log on the %s store', (_, openStore) => {
  const opened: { log: Log; store: Store }[] = []
  afterEach(async () => {
    for (const { log, store } of opened.splice(0)) {
      await log.close()
      await store.close()
    }
  })

  async function open(over: Partial<LogOptions> & { wrap?: (store: Store) => Store } = {}) {
    const plain = await openStore()
    const store = over.wrap?.(plain) ?? plain
    const workspace = await store.directory.defaultWorkspace()
    const clock = createStandingClock()
    const log = createLog({ store, now: clock.now, ...over })
    opened.push({ log, store: plain })
    const commits: (readonly Committed[])[] = []
    log.onCommit((commit) => commits.push(commit))
    const submit = (actor: Batch['actor'], stream: StreamRef | null, ...commands: readonly Command[]) =>
      log.submit({ workspace, stream, commands, actor })
    const events = (stream: StreamRef, audience: 'team' | 'participants' = 'team') =>
      store.log.events(workspace, stream, audience, 0, 1_000)
    return { store, workspace, clock, log, commits, submit, events }
  }

  const texts = (events: readonly LogEvent[]) => events.flatMap(({ content }) => content?.text ?? [])
  const codes = (results: Awaited<ReturnType<Log['submit']>>['results']) =>
    results.map((result) => (result.ok ? 'ok' : result.error.code))

  test('[LG1] numbers have no gap in either numbering, however many write at once', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    const agents = Array.from({ length: 4 }, () => newAgent())
    await Promise.all(
      Array.from({ length: 80 }, (_, n) =>
        submit(n % 2 === 0 ? visitor : (agents[n % 4] ?? visitor), stream, postCommand(`${n}`)),
      ),
    )
    await submit(
      { ...visitor, identity: newId(), identities: [newId(), visitor.identity] },
      stream,
      postCommand('signed in'),
    )
    const all = await events(stream)
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
    const shown = await events(stream, 'participants')
    expect(shown.map(({ publicSeq }) => publicSeq)).toEqual(shown.map((_, index) => index + 1))
    expect(shown.length).toBeLessThan(all.length)
    expect(texts(all).length).toBe(81)
  })

  test('[LG2] times do not go back when the clock does', async () => {
    const { submit, events, clock } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    clock.advance(-5_000)
    await submit(visitor, stream, postCommand('later, says the log'))
    const times = (await events(stream)).map(({ at }) => at)
    expect(times).toEqual([...times].sort((one, other) => one - other))
  })

  test('[LG3] a repeat leads to the first result, in the same group and later', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    const message = postCommand('once')
    const [first, twin] = await Promise.all([submit(visitor, stream, message), submit(visitor, stream, message)])
    const later = await submit(visitor, stream, message)
    expect(twin.results).toEqual(first.results)
    expect(later.results).toEqual(first.results)
    expect(first.events.length).toBe(1)
    expect([twin.events, later.events]).toEqual([[], []])
    expect(texts(await events(stream))).toEqual(['once'])
  })

  test('[LG3] a repeat is found before the rights and the state of now', async () => {
    const { submit } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    const close: Command = { id: newId(), kind: 'conversation.close', data: {} }
    const agent = newAgent()
    const first = await submit(agent, stream, close)
    expect((await submit(agent, stream, close)).results).toEqual(first.results)
    expect(first.results[0]).toHaveProperty('first')
  })

  test('[LG3] who signed in between two tries is still the author of the first', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const [command, message] = [openCommand(), postCommand('hello')]
    const first = await submit(visitor, null, command, message)
    const again = await submit(withIdentity(visitor, newId()), null, command, message)
    expect(again).toEqual({ ...first, events: [] })
    expect(texts(await events(first.stream))).toEqual(['hello'])
  })

  test('[LG4] an id with another body, or from another person, is refused', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    const message = postCommand('mine')
    await submit(visitor, stream, message)
    const other = newVisitor()
    const { results } = await submit(visitor, stream, { ...postCommand('changed'), id: message.id })
    expect(codes(results)).toEqual(['id_reused'])
    const stolen = await submit(other, null, { ...openCommand(), id: message.id })
    expect(codes(stolen.results)).toEqual(['id_reused'])
    expect(stolen.stream.id).not.toBe(stream.id)
    expect(texts(await events(stream))).toEqual(['mine'])
  })

  test('[LG4] the same id from two people in one group is one person’s', async () => {
    const { submit } = await open()
    const [one, two] = [newVisitor(), newVisitor()]
    const [here, there] = await Promise.all([submit(one, null, openCommand()), submit(two, null, openCommand())])
    const message = postCommand('same id')
    const both = await Promise.all([submit(one, here.stream, message), submit(two, there.stream, message)])
    expect(both.map(({ results }) => codes(results))).toEqual([['ok'], ['id_reused']])
  })

  test('[LG5] a batch stores a prefix and ends with the first failure', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const commands = [
      openCommand(),
      postCommand('one'),
      { id: newId(), kind: 'conversation.close', data: {} } as const,
      postCommand('two'),
    ]
    const { stream, results } = await submit(visitor, null, ...commands)
    expect(codes(results)).toEqual(['ok', 'ok', 'forbidden'])
    expect(texts(await events(stream))).toEqual(['one'])
  })

  test('[LG6] two first batches of one visitor in one group make one conversation', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const signedIn = withIdentity(visitor, newId())
    const [one, two, elsewhere] = await Promise.all([
      submit(visitor, null, openCommand(), postCommand('one')),
      submit(signedIn, null, openCommand(), postCommand('two')),
      submit({ ...visitor, channel: 'other' }, null, openCommand()),
    ])
    expect(two.stream).toEqual(one.stream)
    expect(elsewhere.stream).not.toEqual(one.stream)
    expect(texts(await events(one.stream))).toEqual(['one', 'two'])
  })

  test('[LG6] a later first batch finds the open conversation, and a new one where it was closed', async () => {
    const { submit } = await open()
    const visitor = newVisitor()
    const first = await submit(visitor, null, openCommand())
    expect((await submit(visitor, null, openCommand(), postCommand('again'))).stream).toEqual(first.stream)
    await submit(newAgent(), first.stream, { id: newId(), kind: 'conversation.close', data: {} })
    expect((await submit(visitor, null, openCommand())).stream).not.toEqual(first.stream)
  })

  test('[LG7] a message into a closed conversation starts a new episode', async () => {
    const { submit, events } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    await submit(newAgent(), stream, { id: newId(), kind: 'conversation.close', data: {} })
    await submit(visitor, stream, postCommand('one more thing'))
    expect((await events(stream)).map(({ kind }) => kind).slice(-2)).toEqual([
      'conversation.reopened',
      'message.posted',
    ])
  })

  test('[LG14] one commit tells its listeners once, with each stream before and after', async () => {
    const { submit, commits, log, workspace } = await open()
    const [one, two] = [newVisitor(), newVisitor()]
    await Promise.all([submit(one, null, openCommand(), postCommand('a')), submit(two, null, openCommand())])
    expect(commits.length).toBe(1)
    expect(
      commits[0]?.map(({ before, stream, events }) => [before.state?.seq ?? 0, stream.state?.seq, events.length]),
    ).toEqual([
      [0, 2, 2],
      [0, 1, 1],
    ])
    const order: string[] = []
    log.onCommit(() => order.push('told'))
    const sender = { name: 'socket' }
    const commands = [openCommand()]
    await log
      .submit({ workspace, stream: null, commands, actor: newVisitor(), sender })
      .then(() => order.push('answered'))
    expect(order).toEqual(['told', 'answered'])
    expect(commits[1]?.[0]?.senders).toEqual([sender])
  })

  test('[LG14] a repeat and a refusal tell nobody', async () => {
    const { submit, commits } = await open()
    const visitor = newVisitor()
    const message = postCommand('once')
    const { stream } = await submit(visitor, null, openCommand(), message)
    await submit(visitor, stream, message)
    await submit(newVisitor(), stream, postCommand('not mine'))
    expect(commits.length).toBe(1)
  })

  test('[LG15] a batch that cannot be decided fails alone', async () => {
    const { submit, log, workspace } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    const broken = {
      ...postCommand(''),
      get data(): never {
        throw new RangeError('broken')
      },
    }
    const settled = await Promise.allSettled([
      submit(visitor, stream, postCommand('before')),
      log.submit({ workspace, stream, commands: [broken], actor: visitor }),
      submit({ ...newVisitor(), identity: 'no id' }, null, openCommand()),
      submit(visitor, stream, postCommand('after')),
    ])
    expect(settled.map(({ status }) => status).filter((_, index) => index !== 2)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })

  test('[LG16] what somebody else appended meanwhile is decided again', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined
    const { submit, store, workspace, clock, events } = await open({
      wrap: (store) => ({
        ...store,
        log: {
          ...store.log,
          async append(...args: Parameters<LogStore['append']>) {
            const before = meanwhile
            meanwhile = undefined
            await before?.()
            return store.log.append(...args)
          },
        },
      }),
    })
    const [visitor, bystander] = [newVisitor(), newVisitor()]
    const { stream } = await submit(visitor, null, openCommand())
    const other = createLog({ store, now: clock.now })
    meanwhile = () => other.submit({ workspace, stream, commands: [postCommand('first')], actor: visitor })
    const [mine, untouched] = await Promise.all([
      submit(visitor, stream, postCommand('second')),
      submit(bystander, null, openCommand()),
    ])
    expect(codes(mine.results)).toEqual(['ok'])
    expect(codes(untouched.results)).toEqual(['ok'])
    expect(texts(await events(stream))).toEqual(['first', 'second'])
  })

  test('[LG16] a race that is lost again and again ends in a retryable error', async () => {
    const { submit } = await open({
      wrap: (store) => ({
        ...store,
        log: {
          ...store.log,
          append: async (_: string, group: readonly unknown[]) => group.map(() => 'conflict' as const),
        },
      }),
    })
    await expect(submit(newVisitor(), null, openCommand())).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('[ST8] what the database does not take is refused to everyone in the group, and works later', async () => {
    let isFull = true
    const { submit, commits } = await open({
      wrap: (store) => ({
        ...store,
        log: {
          ...store.log,
          append: async (...args: Parameters<LogStore['append']>) => {
            if (isFull) throw new StoreError('unavailable', 'unable to append; the disk is full')
            return store.log.append(...args)
          },
        },
      }),
    })
    const [visitor, command] = [newVisitor(), openCommand()]
    const settled = await Promise.allSettled([
      submit(visitor, null, command),
      submit(newVisitor(), null, openCommand()),
    ])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(commits).toEqual([])
    isFull = false
    expect(codes((await submit(visitor, null, command)).results)).toEqual(['ok'])
  })

  test('[LG17] beyond its bound the queue refuses, and what waits is still stored', async () => {
    const { submit } = await open({ maxWaiting: 3 })
    const settled = await Promise.allSettled(Array.from({ length: 5 }, () => submit(newVisitor(), null, openCommand())))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect(codes((await submit(newVisitor(), null, openCommand())).results)).toEqual(['ok'])
  })

  test('[LG17] closing finishes what is in hand and refuses the rest', async () => {
    const { submit, log } = await open({ maxGroup: 2 })
    const all = Promise.all(Array.from({ length: 7 }, () => submit(newVisitor(), null, openCommand())))
    const closed = log.close()
    await expect(submit(newVisitor(), null, openCommand())).rejects.toMatchObject({ code: 'overloaded' })
    await closed
    expect(log.waiting).toBe(0)
    expect((await all).length).toBe(7)
    await log.close()
  })

  test('[LG18] a command bound to a number is refused once the stream has moved on', async () => {
    const { submit, log, workspace, events } = await open()
    const visitor = newVisitor()
    const { stream } = await submit(visitor, null, openCommand())
    const close = (): Command => ({ id: newId(), kind: 'conversation.close', data: {} })
    const system = { kind: 'system', id: 'timer' } as const
    const bound = (onlyAt: number, command = close()) =>
      log.submit({ workspace, stream, commands: [command], actor: system, onlyAt })
    const [, late] = await Promise.all([submit(visitor, stream, postCommand('still here')), bound(1)])
    expect(codes(late.results)).toEqual(['conflict'])
    const command = close()
    expect(codes((await bound(2, command)).results)).toEqual(['ok'])
    expect(codes((await bound(2, command)).results)).toEqual(['ok'])
    expect((await events(stream)).filter(({ kind }) => kind === 'conversation.closed').length).toBe(1)
  })

  describe('while the store writes', () => {
    /** Appends wait at a gate; `writing` names the texts of each group that stands there. */
    /** `quickAppendMs`: 0 for a store that is never quick, Infinity for one that always is. */
    async function openGated({ quickAppendMs = 0, people = 4 } = {}) {
      const writing: { readonly texts: readonly string[]; readonly pass: () => void }[] = []
      let isGated = false
      const gated = (plain: Store): Store => ({
        ...plain,
        log: {
          ...plain.log,
          append: async (workspace, group) => {
            if (isGated)
              await new Promise<void>((resolve) => {
                writing.push({ texts: texts(group.flatMap(({ events }) => events)), pass: resolve })
              })
            return plain.log.append(workspace, group)
          },
        },
      })
      const opened = await open({ wrap: gated, quickAppendMs })
      const visitors = Array.from({ length: people }, () => newVisitor())
      const streams = await Promise.all(
        visitors.map(async (visitor) => (await opened.submit(visitor, null, openCommand())).stream),
      )
      const close = (who: number) =>
        opened.submit(newAgent(), streams[who] ?? null, { id: newId(), kind: 'conversation.close', data: {} })
      const gate = () => (isGated = true)
      const post = (who: number, text: string) => {
        const [visitor, stream] = [visitors[who], streams[who]]
        if (visitor === undefined || stream === undefined) throw new TypeError('unable to post; no such visitor')
        return opened.submit(visitor, stream, postCommand(text))
      }
      const openAgain = (who: number) => opened.submit(visitors[who] ?? newVisitor(), null, openCommand())
      const atGate = () => writing.map((group) => group.texts)
      const release = () => {
        isGated = false
        for (const { pass } of writing) pass()
      }
      return { ...opened, streams, close, gate, post, openAgain, atGate, release }
    }

    test('[LG23] a group with other streams and visitors goes beside it, what shares one waits in its order', async () => {
      const { gate, post, atGate, release, commits } = await openGated()
      gate()
      const first = post(0, 'first')
      await expect.poll(atGate).toEqual([['first']])
      const others = [post(0, 'second'), post(1, 'beside'), post(0, 'third')]
      await expect.poll(atGate).toEqual([['first'], ['beside']])
      const later = [post(2, 'later'), post(3, 'later too')]
      release()
      await Promise.all([first, ...others, ...later])
      expect(commits.slice(-3).map((commit) => texts(commit.flatMap(({ events }) => events)))).toEqual([
        ['first'],
        ['beside'],
        ['second', 'third', 'later', 'later too'],
      ])
    })

    test('[LG23] opening finds the conversation that is being reopened', async () => {
      const { gate, post, openAgain, atGate, release, close, streams } = await openGated()
      await close(0)
      gate()
      const reopening = post(0, 'one more thing')
      await expect.poll(atGate).toEqual([['one more thing']])
      const [opened] = [openAgain(0), post(1, 'beside')]
      await expect.poll(atGate).toEqual([['one more thing'], ['beside']])
      release()
      await reopening
      expect((await opened).stream).toEqual(streams[0])
    })

    test('[LG24] to a quick store half of what is there goes at a time, beside what is being written', async () => {
      const { gate, post, atGate, release } = await openGated({ quickAppendMs: Infinity, people: 60 })
      gate()
      const all = Array.from({ length: 40 }, (_, who) => post(who, `${who}`))
      const sizes = () => atGate().map(({ length }) => length)
      await expect.poll(sizes).toEqual([20, 20])
      release()
      await Promise.all(all)
      gate()
      const few = Array.from({ length: 10 }, (_, who) => post(who, `few ${who}`))
      await expect.poll(sizes).toEqual([20, 20, 10])
      few.push(...Array.from({ length: 4 }, (_, who) => post(who + 20, `fewer ${who}`)))
      await new Promise((resolve) => void setImmediate(resolve))
      expect(sizes()).toEqual([20, 20, 10])
      few.push(post(30, 'half as many'))
      await expect.poll(sizes).toEqual([20, 20, 10, 5])
      release()
      await Promise.all(few)
    })

    test('[LG24] what comes waits for one commit, unless it is as much as what is being written', async () => {
      const { gate, post, atGate, release } = await openGated()
      gate()
      const all = [post(0, 'one'), post(1, 'two')]
      await expect.poll(atGate).toEqual([['one', 'two']])
      all.push(post(2, 'three'))
      await new Promise((resolve) => void setImmediate(resolve))
      expect(atGate()).toEqual([['one', 'two']])
      all.push(post(3, 'four'))
      await expect.poll(atGate).toEqual([
        ['one', 'two'],
        ['three', 'four'],
      ])
      release()
      await Promise.all(all)
    })
  })

  test('[LG11] only agents who are there are assigned to', async () => {
    const { submit, store, workspace } = await open()
    const admin = newAgent({ role: 'admin' })
    const { stream } = await submit(newVisitor(), null, openCommand())
    const [there, gone] = [newId(), newId()]
    for (const id of [there, gone])
      await store.directory.addAgent({
        id,
        workspace,
        email: `${id}@example.com`,
        name: id,
        role: 'agent',
        sight: 'all',
        teams: [],
        passwordHash: '',
        active: id === there,
        createdAt: 1,
      })
    const assign = (agent: string) =>
      submit(admin, stream, { id: newId(), kind: 'conversation.assign', data: { agent } })
    expect(codes((await assign(gone)).results)).toEqual(['not_found'])
    expect(codes((await assign(there)).results)).toEqual(['ok'])
  })
})
