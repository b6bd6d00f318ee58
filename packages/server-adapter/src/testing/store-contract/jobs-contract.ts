import { expect, test } from 'vitest'
import { newVisitor, postCommand, type Hand } from './fixture.ts'

/** The readers every store of the contract is opened with. */
export const CONTRACT_READERS = [
  { name: 'mail', streams: ['conversation'], delayMs: 0 },
  { name: 'timer', streams: ['conversation'], delayMs: 1_000 },
] as const

const LEASE_MS = 500

export function testJobsContract(hand: () => Hand): void {
  const claim = async (reader = 'mail') => hand().store.jobs.claim(reader, 10, LEASE_MS)
  const first = async (reader = 'mail') => {
    const [job] = await claim(reader)
    if (job === undefined) throw new Error('unable to claim; nothing is due')
    return job
  }

  test('[ST17] a waking event arms one job for each reader and stream', async () => {
    const { conversation, submit, store } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor, 'one')
    await submit(ref, [postCommand('two')], visitor)
    await conversation(newVisitor())
    expect((await claim()).length).toBe(2)
    expect(await claim()).toEqual([])
    expect(await claim('timer')).toEqual([])
    expect(await claim('nobody')).toEqual([])
    expect(await store.jobs.nextDue('timer')).not.toBeNull()
  })

  test('[ST17] an event that wakes nobody arms nothing', async () => {
    const { conversation, raw, store } = hand()
    const ref = await conversation(newVisitor())
    const job = await first()
    await store.jobs.finish(job, { cursor: 1, dueAt: null })
    await raw(ref, 'page.changed')
    expect(await claim()).toEqual([])
  })

  test('[ST17] a timer’s job stays where it is while messages come', async () => {
    const { conversation, submit, store, clock } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const due = await store.jobs.nextDue('timer')
    clock.advance(400)
    await submit(ref, [postCommand('later')], visitor)
    expect(await store.jobs.nextDue('timer')).toBe(due)
  })

  test('[ST18] finishing keeps the cursor and sleeps until it is due, or until the next event', async () => {
    const { conversation, submit, store, clock } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const job = await first()
    expect(job).toMatchObject({ cursor: 0, stream: ref, failures: 0 })
    expect(await store.jobs.finish(job, { cursor: 1, dueAt: clock.now() + 50 })).toBe(true)
    expect(await claim()).toEqual([])
    clock.advance(50)
    const again = await first()
    expect(again.cursor).toBe(1)
    await store.jobs.finish(again, { cursor: 1, dueAt: null })
    expect(await store.jobs.nextDue('mail')).toBeNull()
    await submit(ref, [postCommand('more')], visitor)
    expect((await first()).cursor).toBe(1)
  })

  test('[ST18] an event that comes while its job is claimed is not lost', async () => {
    const { conversation, submit, store } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const job = await first()
    await submit(ref, [postCommand('meanwhile')], visitor)
    expect(await claim()).toEqual([])
    await store.jobs.finish(job, { cursor: 1, dueAt: null })
    expect((await first()).cursor).toBe(1)
  })

  test('[ST18] a lease that ran out is claimed again, and the late finish has no effect', async () => {
    const { conversation, store, clock } = hand()
    await conversation(newVisitor())
    const slow = await first()
    clock.advance(LEASE_MS)
    const next = await first()
    expect(await store.jobs.finish(slow, { cursor: 1, dueAt: null })).toBe(false)
    expect(await store.jobs.fail(slow, { dueAt: 0, error: 'late', parked: true })).toBe(false)
    expect(await store.jobs.finish(next, { cursor: 1, dueAt: null })).toBe(true)
  })

  test('[ST19] a failed job waits, counts, and forgets its failures when it succeeds', async () => {
    const { conversation, submit, store, clock } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    await store.jobs.fail(await first(), { dueAt: clock.now() + 100, error: 'no', parked: false })
    expect(await claim()).toEqual([])
    clock.advance(100)
    const job = await first()
    expect(job).toMatchObject({ failures: 1, cursor: 0 })
    await store.jobs.finish(job, { cursor: 1, dueAt: null })
    await submit(ref, [postCommand('next')], visitor)
    expect((await first()).failures).toBe(0)
  })

  test('[ST19] a parked job is shown and stays parked whatever is appended', async () => {
    const { conversation, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    await store.jobs.fail(await first(), { dueAt: 0, error: 'gave up', parked: true })
    await submit(ref, [postCommand('next')], visitor)
    expect(await claim()).toEqual([])
    expect(await store.jobs.nextDue('mail')).toBeNull()
    expect(await store.jobs.parked(workspace)).toMatchObject([
      { reader: 'mail', stream: ref, error: 'gave up', failures: 1 },
    ])
    expect(await store.jobs.parked('another')).toEqual([])
  })

  test('[ST34] a released job is due at once and may fail as often as a fresh one', async () => {
    const { conversation, submit, store, workspace, clock } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const job = { reader: 'mail', workspace, stream: ref }
    expect(await store.jobs.release(job)).toBe(false)
    clock.advance(5)
    await store.jobs.fail(await first(), { dueAt: 0, error: 'gave up', parked: true })
    expect(await store.jobs.parked(workspace)).toMatchObject([{ since: clock.now() }])
    expect(await store.jobs.release({ ...job, reader: 'nobody' })).toBe(false)
    expect(await store.jobs.release({ ...job, workspace: 'another' })).toBe(false)
    expect(await store.jobs.release({ ...job, stream: { id: 'no id' } })).toBe(false)
    expect(await store.jobs.release(job)).toBe(true)
    expect(await store.jobs.release(job)).toBe(false)
    expect(await store.jobs.parked(workspace)).toEqual([])
    expect(await store.jobs.nextDue('mail')).toBe(clock.now())
    const again = await first()
    expect(again).toMatchObject({ cursor: 0, failures: 0, stream: ref })
    // It is a job like others again: what comes wakes it.
    await store.jobs.finish(again, { cursor: 1, dueAt: null })
    await submit(ref, [postCommand('next')], visitor)
    expect((await first()).cursor).toBe(1)
  })
}
