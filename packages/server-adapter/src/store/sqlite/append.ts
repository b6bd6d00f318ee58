// Appends a group of streams in one transaction. For each stream: its row is found at `expectedSeq`, which shows a
// conflict before anything is written; then events, content rows, the row itself and jobs. A command id that is already
// there shows only at its insert: then the whole group is rolled back and done again without that stream, so that one
// conflict leaves the others untouched and the usual case needs no savepoints.

import { eventKind, type LogEvent } from '@pendopo/protocol'
import { wakesReaders, type ReaderArming } from '../arming.ts'
import type { Append, AppendOutcome } from '../store.ts'
import { toLastMessageSeq } from './columns.ts'
import type { Connection } from './connection.ts'
import { createContentWriter } from './content.ts'
import { guarded } from './failures.ts'
import { toActorCode } from './ids.ts'
import { createArmer } from './jobs.ts'
import { toDirection, toRestJson } from './rows.ts'
import type { Slot } from './statements.ts'
import { createStreamRows, type Head } from './stream-rows.ts'

/** Unwinds the transaction: a command id of this stream was stored meanwhile. */
class RepeatedCommand extends Error {
  readonly position: number
  constructor(position: number) {
    super('a command id of this stream is stored already')
    this.position = position
  }
}

export type AppendGroup = (workspace: string, group: readonly Append[]) => readonly AppendOutcome[]

export function createAppend(connection: Connection, readers: readonly ReaderArming[]): AppendGroup {
  const { database, db, statements, idBytes, ensureWorkspaceKey, now } = connection
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

  const actorBytes = ({ actor }: LogEvent): Buffer =>
    actor.kind === 'system' ? Buffer.from(actor.id) : idBytes(actor.id)

  /** False where a command id was there already. */
  function appendStream(workspace: number, head: Head, { stream, events, known }: Append): boolean {
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
        idBytes(event.command),
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
      if (changes === 0) return false
      previous = Number(lastInsertRowid)
      if (event.seq === lastMessageSeq) lastMessage = previous
      if (target !== null) contents.edit(target, event)
      else if (content === 'own' && event.content !== null) contents.insert(previous, event.content)
    }
    streams.move(head, stream, previous, lastMessage)
    return true
  }

  const appendGroup = database.transaction(
    (workspace: string, group: readonly Append[], outcomes: AppendOutcome[]): void => {
      const workspaceKey = ensureWorkspaceKey(workspace)
      const armedAt = now()
      for (const [position, append] of group.entries()) {
        if (outcomes[position] === 'conflict') continue
        const head = streams.claim(workspaceKey, append.stream, append.expectedSeq)
        if (head === null) {
          outcomes[position] = 'conflict'
          continue
        }
        if (!appendStream(workspaceKey, head, append)) throw new RepeatedCommand(position)
        if (wakesReaders(append.events)) arm(head.key, append.stream.kind, armedAt)
      }
    },
  )

  return (workspace, group) => {
    const outcomes: AppendOutcome[] = group.map(() => 'appended')
    // Each turn but the last takes one stream out, so this ends.
    for (;;) {
      try {
        guarded('append', () => appendGroup.immediate(workspace, group, outcomes))
        return outcomes
      } catch (error) {
        if (!(error instanceof RepeatedCommand)) throw error
        outcomes[error.position] = 'conflict'
      }
    }
  }
}
