// Runs readers. Each has its own pump: claim due jobs under a lease, handle them in parallel (one stream at a time
// each), finish or fail. Woken by commits of this process, by due times, and by a slow beat for what other processes
// appended. All that counts is in the database; what is here may be killed at any line.

import type { Committed, Log } from '../log/log.ts'
import type { Job } from '../store/jobs.ts'
import { wakes } from '../store/arming.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from './clock.ts'
import type { Reader, ReaderContext } from './reader.ts'

export interface ReadersOptions {
  readonly store: Pick<Store, 'log' | 'jobs'>
  readonly log: Log
  readonly readers: readonly Reader[]
  readonly clock: Clock
  /** Told of each failed job: with `parked`, people have to look. */
  readonly onFailure?: (failure: ReaderFailure) => void
  /** Told when the job table itself does not answer; the pump goes on later. */
  readonly onFault?: (error: unknown) => void
}

/** Ids and an error, never content. */
export interface ReaderFailure {
  readonly job: Job
  readonly error: unknown
  readonly parked: boolean
}

export interface Readers {
  /** Claims nothing more and waits for what is being handled. */
  close(): Promise<void>
}

/** Streams one reader handles at the same time. */
const PARALLEL = 8

/** Longer than any handling takes; after a crash, so long nobody else looks at the stream. */
const LEASE_MS = 60_000

/** How late an event appended by another process is noticed, at most. */
const BEAT_MS = 15_000

/** The first wait after a failure; it doubles each time. */
const BACK_OFF_MS = 1_000
const BACK_OFF_MAX_MS = 600_000

/** Failures in a row after which a stream is parked: with the back-off, about an hour of trying. */
export const FAILURES_UNTIL_PARKED = 12

/** What of an error's text is kept with the job. */
const ERROR_LENGTH = 300

export function createReaders(options: ReadersOptions): Readers {
  const pumps = options.readers.map((reader) => createPump(reader, options))
  const unsubscribe = options.log.onCommit((commits) => {
    for (const pump of pumps) pump.wake(commits)
  })
  return {
    async close() {
      unsubscribe()
      await Promise.all(pumps.map((pump) => pump.close()))
    },
  }
}

function createPump(reader: Reader, { store, log, clock, onFailure, onFault }: ReadersOptions) {
  const { name, delayMs } = reader
  const active = new Set<Promise<void>>()
  let alarm: { readonly at: number; readonly cancel: () => void } | undefined
  let pumping: Promise<void> | undefined
  let isWanted = false
  let isClosed = false

  /** Looks for jobs no later than this. */
  function lookBy(at: number): void {
    if (isClosed || (alarm !== undefined && alarm.at <= at)) return
    alarm?.cancel()
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      alarm = undefined
      look()
    })
    alarm = { at, cancel }
  }

  function look(): void {
    isWanted = true
    if (isClosed || pumping !== undefined) return
    pumping = pump().finally(() => {
      pumping = undefined
      if (isWanted) look()
    })
  }

  async function pump(): Promise<void> {
    try {
      while (isWanted && !isClosed) {
        isWanted = false
        const free = PARALLEL - active.size
        // Whoever ends looks again.
        if (free <= 0) return
        for (const job of await store.jobs.claim(name, free, LEASE_MS)) start(job)
      }
      const nextDue = active.size < PARALLEL ? await store.jobs.nextDue(name) : null
      lookBy(Math.min(nextDue ?? Number.POSITIVE_INFINITY, clock.now() + BEAT_MS))
    } catch (error) {
      onFault?.(error)
      lookBy(clock.now() + BEAT_MS)
    }
  }

  function start(job: Job): void {
    const work = run(job).finally(() => {
      active.delete(work)
      look()
    })
    active.add(work)
  }

  /** Never rejects. */
  async function run(job: Job): Promise<void> {
    try {
      const outcome = await attempt(job)
      if (outcome !== undefined) await store.jobs.finish(job, outcome)
    } catch (error) {
      // The lease runs out, and the job is done again.
      onFault?.(error)
    }
  }

  async function attempt(job: Job) {
    try {
      return await reader.handle(contextFor(job))
    } catch (error) {
      const failures = job.failures + 1
      const parked = failures >= FAILURES_UNTIL_PARKED
      const dueAt = clock.now() + Math.min(BACK_OFF_MS * 2 ** (failures - 1), BACK_OFF_MAX_MS)
      const text = (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH)
      await store.jobs.fail(job, { dueAt, error: text, parked })
      onFailure?.({ job, error, parked })
      return undefined
    }
  }

  function contextFor({ workspace, stream, cursor }: Job): ReaderContext {
    return {
      workspace,
      stream,
      cursor,
      now: clock.now(),
      async load() {
        const loaded = await store.log.load(workspace, [stream], [])
        return loaded.streams.get(stream.id) ?? { ...stream, state: null }
      },
      events: (after, limit) => store.log.events(workspace, stream, 'team', after, limit),
      submit: (command, options) =>
        log.submit({ workspace, stream, commands: [command], actor: { kind: 'system', id: name }, ...options }),
    }
  }

  look()
  return {
    wake(commits: readonly Committed[]): void {
      const isConcerned = commits.some(({ stream, events }) => wakes(reader, stream.kind, events))
      if (!isConcerned) return
      if (delayMs === 0) look()
      else lookBy(clock.now() + delayMs)
    },
    async close(): Promise<void> {
      isClosed = true
      alarm?.cancel()
      await pumping
      await Promise.all(active)
    },
  }
}
