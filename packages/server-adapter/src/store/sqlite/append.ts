// Appends a group of streams in one transaction. For each stream: the projection moves from `expectedSeq`, which finds
// conflicts before anything is written; then events, content rows, members and jobs. A command id that is already there
// shows only at its insert: then the whole group is rolled back and done again without that stream, so that one
// conflict leaves the others untouched and the usual case needs no savepoints.

import { eventKind } from '@pendopo/protocol'
import { wakesReaders, type ReaderArming } from '../arming.ts'
import type { Append, AppendOutcome } from '../store.ts'
import { toColumns } from './columns.ts'
import type { Connection } from './connection.ts'
import { createContentWriter } from './content.ts'
import { guarded } from './failures.ts'
import { toActorBytes, toActorCode, toIdBytes } from './ids.ts'
import { createArmer } from './jobs.ts'
import { createMembers } from './members.ts'
import { toDirection, toRestJson } from './rows.ts'
import type { Slot } from './statements.ts'

/** Unwinds the transaction: these streams' command ids were stored meanwhile. */
class RepeatedCommand extends Error {
  readonly position: number
  constructor(position: number) {
    super('a command id of this stream is stored already')
    this.position = position
  }
}

export type AppendGroup = (workspace: string, group: readonly Append[]) => readonly AppendOutcome[]

export function createAppend(connection: Connection, readers: readonly ReaderArming[]): AppendGroup {
  const { database, db, statements, ensureWorkspaceKey, now } = connection
  const contents = createContentWriter(connection)
  const members = createMembers(connection)
  const arm = createArmer(connection, readers)

  const updateStream = statements.get(
    (
      seq: Slot<number>,
      state: Slot<string>,
      status: Slot<string | null>,
      team: Slot<Buffer | null>,
      assignee: Slot<Buffer | null>,
      movedAt: Slot<number | null>,
      lastMessage: Slot<number | null>,
      id: Slot<Buffer>,
      workspace: Slot<number>,
      expected: Slot<number>,
    ) =>
      db
        .updateTable('stream')
        .set({ seq, state_json: state, status, team, assignee, moved_at: movedAt, last_message_seq: lastMessage })
        .where('id', '=', id)
        .where('workspace', '=', workspace)
        .where('seq', '=', expected)
        .returning(['key', 'members_json']),
  )

  const insertEvent = statements.run(
    (
      stream: Slot<number>,
      seq: Slot<number>,
      publicSeq: Slot<number | null>,
      workspace: Slot<number>,
      command: Slot<Buffer>,
      digest: Slot<number | null>,
      span: Slot<number | null>,
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
          seq,
          public_seq: publicSeq,
          workspace,
          command,
          digest,
          span,
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

  /** The stream's key after its projection has moved, or `null` where somebody else appended first. */
  function moveStream(workspace: number, { expectedSeq, stream }: Append): number | null {
    const id = toIdBytes(stream.id)
    const columns = toColumns(stream)
    if (expectedSeq === 0) return members.insert(workspace, id, stream, columns)
    const { seq, json, status, team, assignee, movedAt, lastMessageSeq } = columns
    const row = updateStream(seq, json, status, team, assignee, movedAt, lastMessageSeq, id, workspace, expectedSeq)
    if (row === undefined) return null
    members.update(row.key, row.members_json, stream)
    return row.key
  }

  /** False where a command id was there already. */
  function insertEvents(workspace: number, key: number, { events, known }: Append): boolean {
    let next = 0
    for (const event of events) {
      const command = known[next]?.first.seq === event.seq ? known[next] : undefined
      if (command !== undefined) next += 1
      const { content } = eventKind(event.kind)
      const edits = content === 'replaces' || content === 'removes'
      const target = edits ? contents.findTarget(workspace, key, event) : null
      const { changes, lastInsertRowid } = insertEvent(
        key,
        event.seq,
        event.publicSeq,
        workspace,
        toIdBytes(event.command),
        command?.digest ?? null,
        command === undefined ? null : command.last.seq - command.first.seq + 1,
        event.kind,
        toActorCode(event.actor.kind),
        toActorBytes(event.actor),
        event.at,
        toDirection(event),
        target,
        toRestJson(event),
      )
      if (changes === 0) return false
      if (target !== null) contents.edit(target, event)
      else if (content === 'own' && event.content !== null) contents.insert(Number(lastInsertRowid), event.content)
    }
    return true
  }

  const appendGroup = database.transaction(
    (workspace: string, group: readonly Append[], outcomes: AppendOutcome[]): void => {
      const workspaceKey = ensureWorkspaceKey(workspace)
      const armedAt = now()
      for (const [position, append] of group.entries()) {
        if (outcomes[position] === 'conflict') continue
        const key = moveStream(workspaceKey, append)
        if (key === null) {
          outcomes[position] = 'conflict'
          continue
        }
        if (!insertEvents(workspaceKey, key, append)) throw new RepeatedCommand(position)
        if (wakesReaders(append.events)) arm(key, append.stream.kind, armedAt)
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
