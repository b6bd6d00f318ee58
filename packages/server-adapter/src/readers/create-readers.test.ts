import { expect, test } from 'vitest'
import { createLog } from '../log/create-log.ts'
import { newVisitor, openCommand, postCommand } from '../testing/store-contract/fixture.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Job } from '../store/jobs.ts'
import { createReaders, FAILURES_UNTIL_PARKED, type ReaderFailure } from './create-readers.ts'
import type { Reader, ReaderContext } from './reader.ts'
import { createManualClock, eventually } from './testing.test.support.ts'

async function open(reader: Partial<Reader> & Pick<Reader, 'handle'>) {
  const clock = createManualClock()
  const full: Reader = { name: 'copy', streams: ['conversation'], delayMs: 0, ...reader }
  const store = createMemoryStore({ readers: [full], now: clock.now })
  const workspace = await store.directory.defaultWorkspace()
  const log = createLog({ store, now: clock.now })
  const failures: ReaderFailure[] = []
  const readers = createReaders({ store, log, readers: [full], clock, onFailure: (failure) => failures.push(failure) })
  const visitor = newVisitor()
  const start = async (...texts: string[]) => {
    const commands = [openCommand(), ...texts.map(postCommand)]
    return (await log.submit({ workspace, stream: null, commands, actor: newVisitor() })).stream
  }
  const close = async () => {
    await readers.close()
    await log.close()
  }
  return { clock, store, workspace, log, failures, readers, visitor, start, close }
}

const copy = (seen: string[]) => async (context: ReaderContext) => {
  const events = await context.events(context.cursor, 100)
  for (const { seq } of events) seen.push(`${context.stream.id}/${seq}`)
  return { cursor: events.at(-1)?.seq ?? context.cursor, dueAt: null }
}

test('[LG19] a reader gets every event of every stream, in order within each', async () => {
  const seen: string[] = []
  const { start, close } = await open({ handle: copy(seen) })
  const streams = await Promise.all(Array.from({ length: 20 }, () => start('one', 'two')))
  await eventually(() => expect(seen.length).toBe(60))
  for (const { id } of streams)
    expect(seen.filter((one) => one.startsWith(id))).toEqual([1, 2, 3].map((seq) => `${id}/${seq}`))
  await close()
})

test('[LG19] an event that comes while its stream is handled is handled next', async () => {
  const seen: string[] = []
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const { log, workspace, visitor, close } = await open({
    async handle(context) {
      const outcome = await copy(seen)(context)
      if (context.cursor === 0) await held
      return outcome
    },
  })
  const submit = (text: string, stream = null as Parameters<typeof log.submit>[0]['stream']) =>
    log.submit({ workspace, stream, commands: [stream === null ? openCommand() : postCommand(text)], actor: visitor })
  const { stream } = await submit('')
  await eventually(() => expect(seen).toHaveLength(1))
  await submit('meanwhile', stream)
  release()
  await eventually(() => expect(seen).toEqual([`${stream.id}/1`, `${stream.id}/2`]))
  await close()
})

test('[LG20] a stream that keeps failing backs off and is parked, and the others go on', async () => {
  const seen: string[] = []
  const bad = new Set<string>()
  const { clock, store, workspace, start, failures, close } = await open({
    async handle(context) {
      if (bad.has(context.stream.id) || bad.size === 0) {
        bad.add(context.stream.id)
        throw new Error('unable to deliver; no such address')
      }
      return copy(seen)(context)
    },
  })
  const broken = await start()
  await eventually(() => expect(failures).toHaveLength(1))
  const fine = await start()
  await eventually(() => expect(seen).toEqual([`${fine.id}/1`]))
  const waits: number[] = []
  for (let n = 1; n < FAILURES_UNTIL_PARKED; n++) {
    const from = clock.now()
    await eventually(() => {
      clock.advance(500)
      expect(failures.length).toBeGreaterThan(n)
    })
    waits.push(clock.now() - from)
  }
  expect(waits[3]).toBeGreaterThan(waits[0] ?? 0)
  expect(failures.map(({ parked }) => parked)).toEqual([
    ...Array.from({ length: FAILURES_UNTIL_PARKED - 1 }, () => false),
    true,
  ])
  expect(await store.jobs.parked(workspace)).toMatchObject([
    { stream: broken, error: 'unable to deliver; no such address' },
  ])
  await close()
})

test('[LG21] what was claimed by a process that died is done again after its lease', async () => {
  const seen: string[] = []
  const clock = createManualClock()
  const reader: Reader = { name: 'copy', streams: ['conversation'], delayMs: 0, handle: copy(seen) }
  const store = createMemoryStore({ readers: [reader], now: clock.now })
  const workspace = await store.directory.defaultWorkspace()
  const log = createLog({ store, now: clock.now })
  const { stream } = await log.submit({ workspace, stream: null, commands: [openCommand()], actor: newVisitor() })
  const [dead]: readonly Job[] = await store.jobs.claim('copy', 1, 30_000)
  const readers = createReaders({ store, log, readers: [reader], clock })
  await eventually(() => expect(clock.alarms).toBeGreaterThan(0))
  expect(seen).toEqual([])
  await eventually(() => {
    clock.advance(5_000)
    expect(seen).toEqual([`${stream.id}/1`])
  })
  expect(dead && (await store.jobs.finish(dead, { cursor: 0, dueAt: null }))).toBe(false)
  await readers.close()
})

test('[LG21] closing waits for what is being handled and claims nothing more', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  let handled = 0
  const { start, store, readers, close } = await open({
    async handle({ cursor }) {
      handled += 1
      await held
      return { cursor: cursor + 1, dueAt: null }
    },
  })
  await start()
  await eventually(() => expect(handled).toBe(1))
  const closed = readers.close()
  await start()
  release()
  await closed
  expect(handled).toBe(1)
  expect((await store.jobs.claim('copy', 10, 1)).length).toBe(1)
  await close()
})
