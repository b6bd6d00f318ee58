import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamRef } from '@pendopo/protocol'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createLog } from '../../log/create-log.ts'
import { newAgent, newId, newVisitor, openCommand, postCommand } from '../../testing/store-contract/fixture.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts'
import type { Store } from '../../store/store.ts'
import type { ReaderArming } from '../../store/arming.ts'
import { createReaders } from '../create-readers.ts'
import { createManualClock, eventually } from '../testing.test.support.ts'
import { createIdleClose } from './idle-close.ts'

const HOUR = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'pendopo-idle-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

type Open = (readers: readonly ReaderArming[], now: () => number) => Promise<Store>
const STORES: readonly (readonly [string, Open])[] = [
  ['in-memory', async (readers, now) => createMemoryStore({ readers, now })],
  ['SQLite', (readers, now) => openSqliteStore({ path: join(folder, `${(files += 1)}.db`), readers, now })],
]

describe.each(STORES)('idle conversations on the %s store', (_, openStore) => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  async function open() {
    const clock = createManualClock()
    const reader = createIdleClose({ idleCloseMs: 24 * HOUR })
    const store = await openStore([reader], clock.now)
    const workspace = await store.directory.defaultWorkspace()
    const log = createLog({ store, now: clock.now })
    const start = () => {
      const readers = createReaders({ store, log, readers: [reader], clock })
      ends.unshift(() => readers.close())
      return readers
    }
    ends.push(
      () => log.close(),
      () => store.close(),
    )
    const visitor = newVisitor()
    const say = (stream: StreamRef, text = 'hello') =>
      log.submit({ workspace, stream, commands: [postCommand(text)], actor: visitor })
    const { stream } = await log.submit({
      workspace,
      stream: null,
      commands: [openCommand(), postCommand('hi')],
      actor: visitor,
    })
    const kinds = async () => (await store.log.events(workspace, stream, 'team', 0, 100)).map(({ kind }) => kind)
    const closings = async () => (await kinds()).filter((kind) => kind === 'conversation.closed').length
    return { clock, reader, store, workspace, log, start, visitor, say, stream, kinds, closings }
  }

  /** Lets the reader see the time pass, an hour at a step. */
  async function pass(clock: ReturnType<typeof createManualClock>, hours: number) {
    for (let n = 0; n < hours; n++) {
      clock.advance(HOUR)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  test('[LG22] a conversation without a message for the idle time is closed by the timer', async () => {
    const { clock, start, store, workspace, stream, closings } = await open()
    start()
    await pass(clock, 23)
    expect(await closings()).toBe(0)
    await eventually(async () => {
      clock.advance(HOUR)
      expect(await closings()).toBe(1)
    })
    const events = await store.log.events(workspace, stream, 'team', 2, 10)
    expect(events[0]).toMatchObject({
      data: { by: 'timer', reason: 'idle' },
      actor: { kind: 'system', id: 'idle-close' },
    })
  })

  test('[LG22] a message from either side puts it off', async () => {
    const { clock, start, say, log, workspace, stream, closings } = await open()
    start()
    await pass(clock, 20)
    await say(stream)
    await pass(clock, 20)
    await log.submit({ workspace, stream, commands: [postCommand('answer')], actor: newAgent() })
    await pass(clock, 23)
    expect(await closings()).toBe(0)
    await eventually(async () => {
      clock.advance(HOUR)
      expect(await closings()).toBe(1)
    })
  })

  test('[LG22] a conversation that was reopened gets the whole time again', async () => {
    const { clock, start, log, workspace, stream, closings } = await open()
    start()
    await eventually(async () => {
      clock.advance(HOUR)
      expect(await closings()).toBe(1)
    })
    const reopen = { id: newId(), kind: 'conversation.reopen', data: {} } as const
    await log.submit({ workspace, stream, commands: [reopen], actor: newAgent() })
    await pass(clock, 23)
    expect(await closings()).toBe(1)
    await eventually(async () => {
      clock.advance(HOUR)
      expect(await closings()).toBe(2)
    })
  })

  test('[LG21] dying between the close and the end of the job, and doing it again, closes once', async () => {
    const { clock, reader, store, log, workspace, stream, closings, start } = await open()
    clock.advance(25 * HOUR)
    const [job] = await store.jobs.claim(reader.name, 1, 60_000)
    if (job === undefined) throw new Error('unable to test; nothing is due')
    const submitted: string[] = []
    // The process that dies: it handles the job up to its end and never finishes it.
    const handle = () =>
      reader.handle({
        workspace,
        stream: job.stream,
        cursor: job.cursor,
        now: clock.now(),
        load: async () =>
          (await store.log.load(workspace, [stream], [])).streams.get(stream.id) ?? { ...stream, state: null },
        events: (after, limit) => store.log.events(workspace, stream, 'team', after, limit),
        submit(command, options) {
          submitted.push(command.id)
          return log.submit({
            workspace,
            stream,
            commands: [command],
            actor: { kind: 'system', id: reader.name },
            ...options,
          })
        },
      })
    await Promise.all([handle(), handle()])
    expect(submitted).toHaveLength(2)
    expect(new Set(submitted).size).toBe(1)
    expect(await closings()).toBe(1)
    clock.advance(HOUR)
    start()
    await eventually(async () => expect(await store.jobs.nextDue(reader.name)).not.toBeNull())
    await pass(clock, 50)
    expect(await closings()).toBe(1)
  })
})
