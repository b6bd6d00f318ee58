// Appends a group of streams in one transaction. For each stream: its row at `expectedSeq`, then events and content rows,
// then the row moves on; jobs come last. Where a command id turns out to be stored, or the row to be elsewhere, the whole
// group is rolled back and done again without the streams that have a conflict: one leaves the others untouched, many
// cost no more than one, and the usual case needs no savepoints.

import { eventKind, filesIn, type Content, type LogEvent } from '@pendopo/protocol'
import { wakes, type ReaderArming } from '../arming.ts'
import { armJobs } from '../sql/arm-jobs.ts'
import { toLastMessageSeq } from '../sql/columns.ts'
import { toActorCode, toIdBytes, toIdText } from '../sql/ids.ts'
import { openConversations, storedCommands } from '../sql/log-queries.ts'
import { toDirection, toRestJson } from '../sql/rows.ts'
import type { Slot } from '../sql/slots.ts'
import type { CachedStream } from '../sql/stream-cache.ts'
import { takeFiles } from '../sql/take-files.ts'
import { runAtOnce } from '../sql/work.ts'
import type { Append, AppendOutcome, OpenLookup } from '../store.ts'
import type { SqliteConnection } from './connection.ts'
import { createContentWriter } from './content.ts'
import { guarded } from './failures.ts'
import { createStreamRows, type Head } from './stream-rows.ts'

/** Unwinds the transaction: this stream has a conflict that showed only after something was written. */
class LateConflict extends Error {
  readonly position: number
  constructor(position: number) {
    super('a command id is stored already, a file is taken, or the stream has moved on')
    this.position = position
  }
}

export type AppendGroup = (workspace: string, group: readonly Append[]) => readonly AppendOutcome[]

export function createAppend(connection: SqliteConnection, readers: readonly ReaderArming[]): AppendGroup {
  const { database, db, statements, cache, idBytes, workspaceKey, ensureWorkspaceKey, now, shared } = connection
  const streams = createStreamRows(connection)
  const contents = createContentWriter(connection)
  const armings = readers.map((reader) => ({ ...reader, arm: statements.runIn(armJobs(db, reader)) }))
  const takeAtOnce = (workspace: number, stream: number, event: number, ids: readonly string[]): number =>
    runAtOnce(shared.queries.change(takeFiles(db, { workspace, stream, event, ids })), statements.answer)
  /** Whether a message has all the files it names. */
  const areTaken = (workspace: number, stream: number, event: number, content: Content): boolean => {
    const ids = filesIn(content)
    return ids.length === 0 || takeAtOnce(workspace, stream, event, ids) === ids.length
  }

  const insertEvent = statements.run(
    (
      stream: Slot<number>,
      previous: Slot<number | null>,
      seq: Slot<number>,
      publicSeq: Slot<number | null>,
      workspace: Slot<number>,
      command: Slot<Buffer>,
      digest: Slot<number | null>,
      lastSeq: Slot<number | null>,
      lastPublicSeq: Slot<number | null>,
      kind: Slot<string>,
      actorKind: Slot<number>,
      actor: Slot<Buffer>,
      at: Slot<number>,
      direction: Slot<number | null>,
      target: Slot<number | null>,
      rest: Slot<string | null>,
    ) =>
      db
        .insertInto('event')
        .values({
          stream,
          previous,
          seq,
          public_seq: publicSeq,
          workspace,
          command,
          digest,
          last_seq: lastSeq,
          last_public_seq: lastPublicSeq,
          kind,
          actor_kind: actorKind,
          actor,
          at,
          direction,
          target,
          rest_json: rest,
        })
        .onConflict((conflict) => conflict.doNothing()),
  )

  const findStored = statements.listIn(storedCommands(db))
  const findOpen = statements.listIn(openConversations(db))
  /** Another process may have begun a conversation with the same people since this one looked. */
  const isOpenFor = (workspace: number, { channel, identities }: OpenLookup): boolean =>
    findOpen(identities.map(toIdBytes), workspace).some((row) => row.channel === channel)

  /** After a restart many senders repeat at once: each must not cost the others another turn. */
  function markRepeats(workspace: string, group: readonly Append[], outcomes: AppendOutcome[]): void {
    const ids = group.flatMap(({ known }) => known.map(({ id }) => toIdBytes(id)))
    const stored = new Set(findStored(ids, workspaceKey(workspace)).map(({ command }) => toIdText(command)))
    for (const [position, { known }] of group.entries())
      if (known.some(({ id }) => stored.has(id))) outcomes[position] = 'conflict'
  }

  const actorBytes = ({ actor }: LogEvent): Buffer =>
    actor.kind === 'system' ? Buffer.from(actor.id) : idBytes(actor.id)

  /** The stream as it is now, or `null` for a conflict. */
  function appendStream(workspace: number, head: Head, append: Append): CachedStream | null {
    const { stream, events, known } = append
    let next = 0
    let previous = head.lastEvent
    let lastMessage = head.lastMessage
    const lastMessageSeq = toLastMessageSeq(stream)
    for (const event of events) {
      const command = known[next]?.first.seq === event.seq ? known[next++] : undefined
      const { content } = eventKind(event.kind)
      const edits = content === 'replaces' || content === 'removes'
      const target = edits ? contents.findTarget(workspace, head.key, previous, event) : null
      const { changes, lastInsertRowid } = insertEvent(
        head.key,
        previous,
        event.seq,
        event.publicSeq,
        workspace,
        toIdBytes(event.command),
        command === undefined ? null : command.digest,
        command === undefined ? null : command.last.seq,
        command === undefined ? null : command.last.publicSeq,
        event.kind,
        toActorCode(event.actor.kind),
        actorBytes(event),
        event.at,
        toDirection(event),
        target,
        toRestJson(event),
      )
      if (changes === 0) return null
      previous = Number(lastInsertRowid)
      if (event.seq === lastMessageSeq) lastMessage = previous
      if (target !== null) contents.edit(target, event)
      else if (content === 'own' && event.content !== null) {
        if (!areTaken(workspace, head.key, previous, event.content)) return null
        contents.insert(previous, event.content)
      }
    }
    if (!streams.move(head, append, previous, lastMessage)) return null
    return { workspace, key: head.key, seq: stream.state?.seq ?? 0, stream, lastEvent: previous, lastMessage }
  }

  const appendGroup = database.transaction(
    (workspace: string, group: readonly Append[], outcomes: AppendOutcome[]): readonly CachedStream[] => {
      const key = ensureWorkspaceKey(workspace)
      const moved: CachedStream[] = []
      const woken: number[][] = armings.map(() => [])
      for (const [position, append] of group.entries()) {
        if (outcomes[position] === 'conflict') continue
        const { unlessOpen } = append
        const isTooLate = unlessOpen !== undefined && isOpenFor(key, unlessOpen)
        const head = isTooLate ? null : streams.claim(key, append)
        if (head === null) {
          outcomes[position] = 'conflict'
          continue
        }
        const stream = appendStream(key, head, append)
        if (stream === null) throw new LateConflict(position)
        moved.push(stream)
        for (const [index, arming] of armings.entries())
          if (wakes(arming, stream.stream.kind, append.events)) woken[index]?.push(head.key)
      }
      for (const [index, { arm, delayMs }] of armings.entries()) arm(woken[index] ?? [], now() + delayMs)
      return moved
    },
  )

  return (workspace, group) => {
    const outcomes: AppendOutcome[] = group.map(() => 'appended')
    // Each turn but the last takes one stream out, so this ends.
    for (;;) {
      try {
        const moved = guarded('append', () => appendGroup.immediate(workspace, group, outcomes))
        for (const stream of moved) cache.keep(stream)
        return outcomes
      } catch (error) {
        if (!(error instanceof LateConflict)) throw error
        outcomes[error.position] = 'conflict'
        const late = group[error.position]
        if (late !== undefined) cache.drop(late.stream.id)
        guarded('append', () => markRepeats(workspace, group, outcomes))
      }
    }
  }
}
