// Arms the jobs of streams, inside the transaction that appends to them: one statement for each reader.

import type { Kysely } from 'kysely'
import type { ReaderArming } from '../arming.ts'
import type { ListSlot, Slot } from './slots.ts'
import type { Tables } from './tables.ts'

/** Upserts the jobs of one reader for streams with these keys, due then. */
export const armJobs =
  (db: Kysely<Tables>, { name, streams }: ReaderArming) =>
  (keys: ListSlot<number>, due: Slot<number>) =>
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
      )
