// Appends a group of streams in one transaction. For each stream: its row at `expectedSeq`, then events and content rows,
// then the row moves on; jobs come last. Where a command id turns out to be stored, or the row to be elsewhere, the whole
// group is rolled back and done again without the streams that have a conflict: one leaves the others untouched, many
// cost no more than one, and the usual case needs no savepoints.

import { eventKind, type LogEvent } from '@pendopo/protocol'
import { wakesReaders, type ReaderArming } from '../arming.ts'
import type { Append, AppendOutcome } from '../store.ts'
import { toLastMessageSeq } from './columns.ts'
import type { Connection } from './connection.ts'
import { createContentWriter } from './content.ts'
import { guarded } from './failures.ts'
import { toActorCode, toIdBytes, toIdText } from './ids.ts'
import { createArmer } from './jobs.ts'
import { toDirection, toRestJson } from './rows.ts'
import type { ListSlot, Slot } from './statements.ts'
import type { CachedStream } from './stream-cache.ts'
import { createStreamRows, type Head } from './stream-rows.ts'

/** Unwinds the transaction: this stream has a conflict that showed only after something was written. */
class LateConflict extends Error {
  readonly position: number
  constructor(position: number) {
    super('a command id is stored already, or the stream has moved on')
    this.position = position
  }
}

export type AppendGroup = (workspace: string, group: readonly Append[]) => readonly AppendOutcome[]

export function createAppend(connection: Connection, readers: readonly ReaderArming[]): AppendGroup {
  const { database, db, statements, cache, idBytes, workspaceKey, ensureWorkspaceKey, now } = connection
  const streams = createStreamRows(connection)
  const contents = createContentWriter(connection)
  const arm = createArmer(connection, readers)

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

  const findStored = statements.listIn((commands: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('event')
      .select('command')
      .where('command', 'in', commands)
      .where('workspace', '=', workspace)
      .where('digest', 'is not', null),
  )

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
      else if (content === 'own' && event.content !== null) contents.insert(previous, event.content)
    }
    if (!streams.move(head, append, previous, lastMessage)) return null
    return { workspace, key: head.key, seq: stream.state?.seq ?? 0, stream, lastEvent: previous, lastMessage }
  }

  const appendGroup = database.transaction(
    (workspace: string, group: readonly Append[], outcomes: AppendOutcome[]): readonly CachedStream[] => {
      const key = ensureWorkspaceKey(workspace)
      const moved: CachedStream[] = []
      const woken: number[] = []
      for (const [position, append] of group.entries()) {
        if (outcomes[position] === 'conflict') continue
        const head = streams.claim(key, append)
        if (head === null) {
          outcomes[position] = 'conflict'
          continue
        }
        const stream = appendStream(key, head, append)
        if (stream === null) throw new LateConflict(position)
        moved.push(stream)
        if (wakesReaders(append.events)) woken.push(head.key)
      }
      arm(woken, now())
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
