// Small frequent writes of one turn of the event loop share a transaction: read marks, jobs. Each would otherwise wait for
// the disk by itself. Each runs in a savepoint, so that one that fails leaves the others alone.

import type { Database } from 'better-sqlite3'
import { guarded, toStoreError } from './failures.ts'

export interface WriteGroup {
  /** Runs the work at once, in a transaction of its own. */
  now<Result>(what: string, work: () => Result): Result
  /** Resolves after the commit they share, with what the work returned. */
  soon<Result>(what: string, work: () => Result): Promise<Result>
  /** Runs what waits, now. */
  flush(): void
}

interface Pending {
  /** Runs the work; returns how to answer once the commit has succeeded. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
  readonly what: string
}

export function createWriteGroup(database: Database): WriteGroup {
  let queue: Pending[] = []
  const savepoint = database.transaction((run: Pending['run']) => run())

  const runAll = database.transaction((group: readonly Pending[]) =>
    group.map(({ run, reject, what }) => {
      try {
        return savepoint(run)
      } catch (error) {
        // A full disk may roll back everything: then none of it counts.
        if (!database.inTransaction) throw error
        return () => reject(toStoreError(what, error))
      }
    }),
  )

  function flush(): void {
    const group = queue
    queue = []
    const [first] = group
    if (first === undefined) return
    try {
      for (const answer of guarded(first.what, () => runAll.immediate(group))) answer()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  return {
    now: (what, work) => guarded(what, () => database.transaction(work).immediate()),
    soon: (what, work) =>
      new Promise((resolve, reject) => {
        const run = () => {
          const result = work()
          return () => resolve(result)
        }
        if (queue.push({ run, reject, what }) === 1) setImmediate(flush)
      }),
    flush,
  }
}
