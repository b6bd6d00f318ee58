import { randomUUID } from 'node:crypto'
import type { StreamRef } from '@pendopo/protocol'
import type { ReaderArming } from '../arming.ts'
import type { Job, JobStore } from '../jobs.ts'
import { keyOf, type MemoryJob, type MemoryTables } from './memory-tables.ts'

const earlier = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other)

/** Arms the jobs of a stream that was appended to. */
export function armJob(
  { jobs, now }: MemoryTables,
  readers: readonly ReaderArming[],
  workspace: string,
  { kind, id }: StreamRef,
): void {
  for (const { name, streams, delayMs } of readers) {
    if (!streams.includes(kind)) continue
    const key = keyOf(name, keyOf(workspace, id))
    const job = jobs.get(key)
    const due = now() + delayMs
    if (job === undefined) {
      const fresh = { cursor: 0, failures: 0, lease: null, nextAt: due, wokenAt: null, error: null }
      jobs.set(key, { reader: name, workspace, stream: { kind, id }, ...fresh, parked: false, parkedAt: null })
    } else if (job.lease !== null) job.wokenAt = earlier(job.wokenAt, due)
    else if (!job.parked) job.nextAt = earlier(job.nextAt, due)
  }
}

export function createMemoryJobs({ jobs, now }: MemoryTables): JobStore {
  const claimed = ({ reader, workspace, stream, lease }: Job): MemoryJob | undefined => {
    const job = jobs.get(keyOf(reader, keyOf(workspace, stream.id)))
    return job?.lease === lease ? job : undefined
  }
  const toJob = ({ reader, workspace, stream, cursor, failures }: MemoryJob, dueAt: number, lease: string): Job => ({
    reader,
    workspace,
    stream,
    cursor,
    dueAt,
    failures,
    lease,
  })
  const of = (reader: string) => [...jobs.values()].filter((job) => job.reader === reader)

  return {
    async claim(reader, limit, leaseMs) {
      const at = now()
      const lease = randomUUID()
      return of(reader)
        .filter(({ nextAt }) => nextAt !== null && nextAt <= at)
        .sort((one, other) => (one.nextAt ?? 0) - (other.nextAt ?? 0))
        .slice(0, limit)
        .map((job) => {
          const claim = toJob(job, job.nextAt ?? 0, lease)
          Object.assign(job, { lease, nextAt: at + leaseMs, wokenAt: null })
          return claim
        })
    },
    async finish(claim, { cursor, dueAt }) {
      const job = claimed(claim)
      if (job === undefined) return false
      const nextAt = earlier(job.wokenAt, dueAt)
      const done = { lease: null, wokenAt: null, failures: 0, error: null }
      Object.assign(job, { ...done, nextAt, cursor: Math.max(job.cursor, cursor) })
      return true
    },
    async fail(claim, { dueAt, error, parked }) {
      const job = claimed(claim)
      if (job === undefined) return false
      const [nextAt, parkedAt] = parked ? [null, now()] : [dueAt, null]
      const failures = job.failures + 1
      Object.assign(job, { lease: null, wokenAt: null, failures, error, parked, parkedAt, nextAt })
      return true
    },
    async parked(workspace) {
      return [...jobs.values()]
        .filter((job) => job.parked && job.workspace === workspace)
        .map(({ reader, stream, cursor, failures, error, parkedAt }) => ({
          ...{ reader, workspace, stream, cursor, failures },
          error: error ?? '',
          since: parkedAt,
        }))
    },
    async release({ reader, workspace, stream }) {
      const job = jobs.get(keyOf(reader, keyOf(workspace, stream.id)))
      if (job?.parked !== true) return false
      Object.assign(job, { nextAt: now(), failures: 0, error: null, parked: false, parkedAt: null })
      return true
    },
    async nextDue(reader) {
      return of(reader).reduce<number | null>((first, { nextAt }) => earlier(first, nextAt), null)
    },
  }
}
