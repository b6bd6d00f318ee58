// Jobs: at most one row for each reader and stream. While a job is claimed its row says when the lease ends; an event
// that arrives meanwhile is noted beside it, so that finishing does not lose it.

import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { ReaderArming } from '../arming.ts'
import type { Job, JobStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { toIdText, toLookupBytes } from './ids.ts'
import type { ListSlot, Slot } from './statements.ts'
import { toStreamKind } from './states.ts'

/** Arms the jobs of streams, inside the transaction that appends to them: one statement for each reader. */
export function createArmer({ db, statements }: Connection, readers: readonly ReaderArming[]) {
  const armings = readers.map(({ name, streams, delayMs }) => ({
    delayMs,
    arm: statements.runIn((keys: ListSlot<number>, due: Slot<number>) =>
      db
        .insertInto('job')
        .columns(['stream', 'reader', 'cursor', 'next_at', 'failures', 'parked'])
        .expression(
          db
            .selectFrom('stream')
            .select((row) => [
              'key',
              row.val(name).as('reader'),
              row.lit(0).as('cursor'),
              due.as('next_at'),
              row.lit(0).as('failures'),
              row.lit(0).as('parked'),
            ])
            .where('key', 'in', keys)
            .where('kind', 'in', streams),
        )
        .onConflict((conflict) =>
          conflict
            .columns(['stream', 'reader'])
            .doUpdateSet((row) => ({
              next_at: row
                .case()
                .when('job.lease', 'is', null)
                .then(row.ref('excluded.next_at'))
                .else(row.ref('job.next_at'))
                .end(),
              woken_at: row.case().when('job.lease', 'is', null).then(null).else(row.ref('excluded.next_at')).end(),
            }))
            // Nothing is written where the job is due as early anyway: that is every message but the first.
            .where('job.parked', '=', 0)
            .where((row) =>
              row.or([
                row.and([
                  row('job.lease', 'is', null),
                  row.or([row('job.next_at', 'is', null), row('job.next_at', '>', row.ref('excluded.next_at'))]),
                ]),
                row.and([
                  row('job.lease', 'is not', null),
                  row.or([row('job.woken_at', 'is', null), row('job.woken_at', '>', row.ref('excluded.next_at'))]),
                ]),
              ]),
            ),
        ),
    ),
  }))
  return (keys: readonly number[], now: number): void => {
    for (const { arm, delayMs } of armings) arm(keys, now + delayMs)
  }
}

export function createJobStore(connection: Connection): JobStore {
  const { db, statements, now, read, writeSoon } = connection
  const isDue = statements.get((reader: Slot<string>, at: Slot<number>) =>
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
      'stream.id',
      'stream.kind',
      'workspace.id as workspace',
    ])
  const due = statements.list((reader: Slot<string>, at: Slot<number>, limit: Slot<number>) =>
    jobs.where('job.reader', '=', reader).where('job.next_at', '<=', at).orderBy('job.next_at').limit(limit),
  )
  const claim = statements.run((lease: Slot<string>, until: Slot<number>, stream: Slot<number>, reader: Slot<string>) =>
    db
      .updateTable('job')
      .set({ lease, next_at: until, woken_at: null })
      .where('stream', '=', stream)
      .where('reader', '=', reader),
  )
  const streamOf = (workspace: Slot<string>, id: Slot<Buffer>) =>
    db
      .selectFrom('stream')
      .innerJoin('workspace', 'workspace.key', 'stream.workspace')
      .select('stream.key')
      .where('stream.id', '=', id)
      .where('workspace.id', '=', workspace)
  const finish = statements.run(
    (
      cursor: Slot<number>,
      dueAt: Slot<number | null>,
      workspace: Slot<string>,
      id: Slot<Buffer>,
      reader: Slot<string>,
      lease: Slot<string>,
    ) =>
      db
        .updateTable('job')
        .set((row) => ({
          cursor: row.case().when('cursor', '>', cursor).then(row.ref('cursor')).else(cursor).end(),
          // The earlier of what the reader asks for and what an event asked for meanwhile.
          next_at: sql<
            number | null
          >`case when woken_at is null then ${dueAt} when ${dueAt} is null then woken_at when woken_at < ${dueAt} then woken_at else ${dueAt} end`,
          woken_at: null,
          lease: null,
          failures: 0,
          error: null,
        }))
        .where('stream', '=', streamOf(workspace, id))
        .where('reader', '=', reader)
        .where('lease', '=', lease),
  )
  const fail = statements.run(
    (
      dueAt: Slot<number | null>,
      error: Slot<string>,
      parked: Slot<number>,
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
        }))
        .where('stream', '=', streamOf(workspace, id))
        .where('reader', '=', reader)
        .where('lease', '=', lease),
  )
  const parked = statements.list((workspace: Slot<string>) =>
    jobs.where('workspace.id', '=', workspace).where('job.parked', '=', 1).orderBy('job.stream'),
  )
  const nextDue = statements.get((reader: Slot<string>) =>
    db
      .selectFrom('job')
      .select('next_at')
      .where('reader', '=', reader)
      .where('next_at', 'is not', null)
      .orderBy('next_at')
      .limit(1),
  )

  const toJob = (row: ReturnType<typeof due>[number], lease: string): Job => ({
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
      const at = now()
      // Most calls find nothing: those take no write lock.
      if ((await read('look for jobs', () => isDue(reader, at))) === undefined) return []
      return writeSoon('claim jobs', () => {
        const lease = randomUUID()
        const rows = due(reader, at, limit)
        for (const row of rows) claim(lease, at + leaseMs, row.key, reader)
        return rows.map((row) => toJob(row, lease))
      })
    },
    finish: ({ workspace, stream, reader, lease }, { cursor, dueAt }) =>
      writeSoon(
        'finish a job',
        () => finish(cursor, dueAt, workspace, toLookupBytes(stream.id), reader, lease).changes > 0,
      ),
    fail: ({ workspace, stream, reader, lease }, { dueAt, error, parked }) =>
      writeSoon(
        'record the failure of a job',
        () =>
          fail(parked ? null : dueAt, error, parked ? 1 : 0, workspace, toLookupBytes(stream.id), reader, lease)
            .changes > 0,
      ),
    parked: (workspace) =>
      read('read parked jobs', () => parked(workspace).map((row) => ({ ...toJob(row, ''), error: row.error ?? '' }))),
    nextDue: (reader) => read('look for the next job', () => nextDue(reader)?.next_at ?? null),
  }
}
