// Appends a group of streams. Usually that is one statement, which is its own transaction. Where conversations begin,
// where what is seldom changed changes, and where words are edited, a few statements more share the transaction. A
// command id that turns out to be stored rolls the whole group back; it is done again without those streams.

import type { ReaderArming } from '../arming.ts'
import { createIdBytes, toIdBytes, toIdText } from '../sql/ids.ts'
import { storedCommands } from '../sql/log-queries.ts'
import { isAtRest } from '../sql/states.ts'
import { runInTurn, type Work } from '../sql/work.ts'
import { StoreError } from '../store-error.ts'
import type { Append, AppendOutcome, LogStore } from '../store.ts'
import { toAppendQuery, type MovedRow } from './append-statement.ts'
import { findBegun } from './begin-once.ts'
import { inTransaction, type PostgresConnection } from './connection.ts'
import { createEventKeys } from './event-keys.ts'
import { applyEdits, changesContent, findTargets, type Targets } from './edits.ts'
import { isInEachOthersWay } from './failures.ts'
import { createStreams, replaceRest } from './placement.ts'
import type { Pool } from './pool.ts'
import { hasFiles, takeFiles } from './take-files.ts'

/** How often a group that others roll back is tried before its streams are said to be in conflict. */
const MAX_ATTEMPTS = 3

/** Rolls the transaction back: these streams have a conflict that showed only after something was written. */
class LateConflict extends Error {
  readonly positions: ReadonlySet<number>
  constructor(positions: ReadonlySet<number>) {
    super('a file is taken')
    this.positions = positions
  }
}

interface Part {
  readonly append: Append
  /** Its place in the group. */
  readonly position: number
}

export function createAppend(
  connection: PostgresConnection,
  pool: Pool,
  readers: readonly ReaderArming[],
): LogStore['append'] {
  const { db, queries, cache, standingTime, workspaceKey, ensureWorkspaceKey } = connection
  const idBytes = createIdBytes()
  const takeKeys = createEventKeys()

  const findStored = queries.listIn(storedCommands(db))

  /** Those whose state is as before but for what moves with every message. */
  function isPlain(workspace: number, { stream, expectedSeq, events }: Append): boolean {
    const before = cache.find(workspace, stream.id)
    if (before?.seq !== expectedSeq || !isAtRest(before.stream, stream)) return false
    return !events.some((event) => changesContent(event) || hasFiles(event))
  }

  function* moveAll(workspace: number, parts: readonly Part[], targets: Targets) {
    const group = parts.map(({ append }) => append)
    const now = standingTime()
    const keys = yield* takeKeys(group.reduce((count, { events }) => count + events.length, 0))
    const { rows } = yield toAppendQuery({ workspace, group, keys, targets, readers, idBytes, now })
    const moved = new Map((rows as readonly MovedRow[]).map(({ key, n }) => [n - 1, key]))
    return parts.flatMap(({ append, position }, index) => {
      const key = moved.get(index)
      return key === undefined ? [] : [{ append, position, key }]
    })
  }

  function* moveWithMore(workspace: number, parts: readonly Part[]) {
    const beginning = parts.flatMap(({ append }) => (append.expectedSeq === 0 ? [append] : []))
    const begun = yield* findBegun(workspace, beginning)
    const made = yield* createStreams(
      workspace,
      beginning.flatMap(({ stream }) => (begun.has(stream.id) ? [] : [stream])),
    )
    const there = parts.filter(({ append }) => append.expectedSeq > 0 || made.has(append.stream.id))
    const targets = yield* findTargets(
      workspace,
      there.map(({ append }) => append),
    )
    const moved = yield* moveAll(workspace, there, targets)
    const changed = moved.filter(({ append: { stream } }) => {
      const before = cache.find(workspace, stream.id)
      return before === undefined || !isAtRest(before.stream, stream)
    })
    yield* replaceRest(changed.map(({ append: { stream }, key }) => ({ stream, key })))
    const lost = yield* takeFiles(
      workspace,
      moved.map(({ append, position, key }) => ({ events: append.events, position, key })),
    )
    if (lost.size > 0) throw new LateConflict(lost)
    yield* applyEdits(moved.map(({ append, key }) => ({ ...append, key })))
    return moved
  }

  const run = (key: number, parts: readonly Part[]) =>
    pool.use('append', (session) => {
      const answer = <Result>(work: Work<Result>) => runInTurn(work, session.answer)
      return parts.every(({ append }) => isPlain(key, append))
        ? answer(moveAll(key, parts, new Map()))
        : inTransaction(session, () => answer(moveWithMore(key, parts)))
    })

  /** The parts that no stored command id stands against. */
  async function dropRepeats(key: number, parts: readonly Part[]): Promise<readonly Part[]> {
    const ids = parts.flatMap(({ append }) => append.known.map(({ id }) => toIdBytes(id)))
    const rows = await connection.read('look for repeats', () => findStored(ids, key))
    const stored = new Set(rows.map(({ command }) => toIdText(command)))
    return parts.filter(({ append: { known } }) => {
      const isRepeat = known.some(({ id }) => stored.has(id))
      // An id that is in the group twice counts for the first.
      for (const { id } of known) stored.add(id)
      return !isRepeat
    })
  }

  return async (workspace, group) => {
    const outcomes: AppendOutcome[] = group.map(() => 'conflict')
    const key =
      (await connection.read('append', () => workspaceKey(workspace))) ||
      (await connection.write('append', () => ensureWorkspaceKey(workspace)))
    let parts: readonly Part[] = group.map((append, position) => ({ append, position }))
    for (let attempts = 1; parts.length > 0 && attempts <= MAX_ATTEMPTS;) {
      try {
        for (const { append, position, key: streamKey } of await run(key, parts)) {
          const { stream } = append
          outcomes[position] = 'appended'
          const seq = stream.state?.seq ?? 0
          cache.keep({ workspace: key, key: streamKey, seq, stream, lastEvent: null, lastMessage: null })
        }
        break
      } catch (error) {
        if (error instanceof LateConflict) parts = parts.filter(({ position }) => !error.positions.has(position))
        else if (error instanceof StoreError && error.code === 'taken') {
          const rest = await dropRepeats(key, parts)
          if (rest.length === parts.length) throw error
          parts = rest
        } else if (error instanceof StoreError && isInEachOthersWay(error.cause)) attempts += 1
        else throw error
      }
    }
    for (const [position, { stream }] of group.entries()) if (outcomes[position] === 'conflict') cache.drop(stream.id)
    return outcomes
  }
}
