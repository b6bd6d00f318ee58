// Jobs: at most one row for each reader and stream. While a job is claimed its row says when the lease ends; an event
// that arrives meanwhile is noted beside it, so that finishing does not lose it.

import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Job, JobStore } from '../jobs.ts'
import type { Connection } from './connection.ts'
import { toIdText, toLookupBytes } from './ids.ts'
import type { Slot } from './slots.ts'
import { toStreamKind } from './states.ts'

export function createJobStore(connection: Connection): JobStore {
  const { db, queries, clock, hasRowLocks, read, writeSoon } = connection
  const isDue = queries.get((reader: Slot<string>, at: Slot<number>) =>
    db.selectFrom('job').select('stream').where('reader', '=', reader).where('next_at', '<=', at).limit(1),
  )
  const jobs = db
    .selectFrom('job')
    .innerJoin('stream', 'stream.key', 'job.stream')
    .innerJoin('workspace', 'workspace.key', 'stream.workspace')
    .select([
      'job.stream as key',
      'job.reader',
      'job.cursor',
      'job.next_at',
      'job.failures',
      'job.error',
      'job.parked_at',
      'stream.id',
      'stream.kind',
      'workspace.id as workspace',
    ])
  const due = queries.list((reader: Slot<string>, at: Slot<number>, limit: Slot<number>) => {
    const found = jobs
      .where('job.reader', '=', reader)
      .where('job.next_at', '<=', at)
      .orderBy('job.next_at')
      .limit(limit)
    // Jobs that another node is just claiming are not waited for.
    return hasRowLocks ? found.forUpdate('job').skipLocked() : found
  })
  const streamOf = (workspace: Slot<string>, id: Slot<Buffer>) =>
    db
      .selectFrom('stream')
      .innerJoin('workspace', 'workspace.key', 'stream.workspace')
      .select('stream.key')
      .where('stream.id', '=', id)
      .where('workspace.id', '=', workspace)
  const finish = queries.run(
    (
      cursor: Slot<number>,
      dueAt: Slot<number | null>,
      workspace: Slot<string>,
      id: Slot<Buffer>,
      reader: Slot<string>,
      lease: Slot<string>,
    ) => {
      const wanted = sql<number | null>`cast(${dueAt} as bigint)`
      return db
        .updateTable('job')
        .set((row) => ({
          cursor: row.case().when('cursor', '>', cursor).then(row.ref('cursor')).else(cursor).end(),
          // The earlier of what the reader asks for and what an event asked for meanwhile.
          next_at: sql<
            number | null
          >`case when woken_at is null then ${wanted} when ${wanted} is null then woken_at when woken_at < ${wanted} then woken_at else ${wanted} end`,
          woken_at: null,
          lease: null,
          failures: 0,
          error: null,
        }))
        .where('stream', '=', streamOf(workspace, id))
        .where('reader', '=', reader)
        .where('lease', '=', lease)
    },
  )
  const fail = queries.run(
    (
      dueAt: Slot<number | null>,
      error: Slot<string>,
      parked: Slot<number>,
      parkedAt: Slot<number | null>,
      workspace: Slot<string>,
      id: Slot<Buffer>,
      reader: Slot<string>,
      lease: Slot<string>,
    ) =>
      db
        .updateTable('job')
        .set((row) => ({
          next_at: dueAt,
          woken_at: null,
          lease: null,
          failures: row('failures', '+', 1),
          error,
          parked,
          parked_at: parkedAt,
        }))
        .where('stream', '=', streamOf(workspace, id))
        .where('reader', '=', reader)
        .where('lease', '=', lease),
  )
  const parked = queries.list((workspace: Slot<string>) =>
    jobs.where('workspace.id', '=', workspace).where('job.parked', '=', 1).orderBy('job.stream'),
  )
  const release = queries.run((at: Slot<number>, workspace: Slot<string>, id: Slot<Buffer>, reader: Slot<string>) =>
    db
      .updateTable('job')
      .set({ next_at: at, failures: 0, error: null, parked: 0, parked_at: null })
      .where('stream', '=', streamOf(workspace, id))
      .where('reader', '=', reader)
      .where('parked', '=', 1),
  )
  const nextDue = queries.get((reader: Slot<string>) =>
    db
      .selectFrom('job')
      .select('next_at')
      .where('reader', '=', reader)
      .where('next_at', 'is not', null)
      .orderBy('next_at')
      .limit(1),
  )

  const toJob = (row: JobRow, lease: string): Job => ({
    reader: row.reader,
    workspace: row.workspace,
    stream: { kind: toStreamKind(row.kind), id: toIdText(row.id) },
    cursor: row.cursor,
    dueAt: row.next_at ?? 0,
    failures: row.failures,
    lease,
  })

  return {
    async claim(reader, limit, leaseMs) {
      // Most calls find nothing: those take no write lock.
      const isAnyDue = await read('look for jobs', function* () {
        return (yield* isDue(reader, yield* clock())) !== undefined
      })
      if (!isAnyDue) return []
      return writeSoon('claim jobs', function* () {
        const at = yield* clock()
        const lease = randomUUID()
        const rows = yield* due(reader, at, limit)
        const keys = rows.map(({ key }) => key)
        if (keys.length === 0) return []
        yield* queries.change(
          db
            .updateTable('job')
            .set({ lease, next_at: at + leaseMs, woken_at: null })
            .where('stream', 'in', keys)
            .where('reader', '=', reader),
        )
        return rows.map((row) => toJob(row, lease))
      })
    },
    finish: ({ workspace, stream, reader, lease }, { cursor, dueAt }) =>
      writeSoon('finish a job', function* () {
        return (yield* finish(cursor, dueAt, workspace, toLookupBytes(stream.id), reader, lease)) > 0
      }),
    fail: ({ workspace, stream, reader, lease }, { dueAt, error, parked: isParked }) =>
      writeSoon('record the failure of a job', function* () {
        const id = toLookupBytes(stream.id)
        const [due, flag, at] = isParked ? [null, 1, yield* clock()] : [dueAt, 0, null]
        return (yield* fail(due, error, flag, at, workspace, id, reader, lease)) > 0
      }),
    parked: (workspace) =>
      read('read parked jobs', function* () {
        return (yield* parked(workspace)).map((row) => {
          const { dueAt: _due, lease: _lease, ...job } = toJob(row, '')
          return { ...job, error: row.error ?? '', since: row.parked_at }
        })
      }),
    release: ({ reader, workspace, stream }) =>
      writeSoon('release a parked job', function* () {
        return (yield* release(yield* clock(), workspace, toLookupBytes(stream.id), reader)) > 0
      }),
    nextDue: (reader) =>
      read('look for the next job', function* () {
        return (yield* nextDue(reader))?.next_at ?? null
      }),
  }
}

interface JobRow {
  readonly reader: string
  readonly workspace: string
  readonly kind: string
  readonly id: Buffer
  readonly cursor: number
  readonly next_at: number | null
  readonly failures: number
}
