// Participants and identities of a conversation in tables of their own, for sight and for a visitor's conversations.
// They change seldom: the stream's row keeps them as text, and only where that differs are the tables touched.

import type { StreamState } from '@pendopo/protocol'
import type { StreamColumns } from './columns.ts'
import type { Connection } from './connection.ts'
import { toIdBytes } from './ids.ts'
import type { Slot } from './statements.ts'

export interface Members {
  /** Creates the stream's row; `null` where it exists. */
  insert(workspace: number, id: Buffer, stream: StreamState, columns: StreamColumns): number | null
  /** Brings the tables in line with the stream, given what the row said before. */
  update(key: number, before: string, stream: StreamState): void
}

export function createMembers({ db, statements }: Connection): Members {
  const insertStream = statements.get(
    (
      workspace: Slot<number>,
      id: Slot<Buffer>,
      kind: Slot<string>,
      seq: Slot<number>,
      state: Slot<string>,
      members: Slot<string>,
      channel: Slot<string | null>,
      status: Slot<string | null>,
      team: Slot<Buffer | null>,
      assignee: Slot<Buffer | null>,
      openedAt: Slot<number | null>,
      movedAt: Slot<number | null>,
      lastMessage: Slot<number | null>,
    ) =>
      db
        .insertInto('stream')
        .values({
          workspace,
          id,
          kind,
          seq,
          state_json: state,
          members_json: members,
          channel,
          status,
          team,
          assignee,
          opened_at: openedAt,
          moved_at: movedAt,
          last_message_seq: lastMessage,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('key'),
  )
  const setMembers = statements.run((members: Slot<string>, key: Slot<number>) =>
    db.updateTable('stream').set({ members_json: members }).where('key', '=', key),
  )
  const addParticipant = statements.run((stream: Slot<number>, agent: Slot<Buffer>) =>
    db.insertInto('stream_participant').values({ stream, agent }),
  )
  const clearParticipants = statements.run((stream: Slot<number>) =>
    db.deleteFrom('stream_participant').where('stream', '=', stream),
  )
  const addIdentity = statements.run((stream: Slot<number>, identity: Slot<Buffer>) =>
    db.insertInto('stream_identity').values({ stream, identity }),
  )
  const clearIdentities = statements.run((stream: Slot<number>) =>
    db.deleteFrom('stream_identity').where('stream', '=', stream),
  )

  function insertMembers(key: number, stream: StreamState): void {
    if (stream.kind !== 'conversation' || stream.state === null) return
    for (const agent of new Set(stream.state.participants)) addParticipant(key, toIdBytes(agent))
    for (const identity of new Set(stream.state.identities)) addIdentity(key, toIdBytes(identity))
  }

  return {
    insert(workspace, id, stream, { seq, json, channel, status, team, assignee, openedAt, movedAt, lastMessageSeq }) {
      const members = toMembersJson(stream)
      const row = insertStream(
        workspace,
        id,
        stream.kind,
        seq,
        json,
        members,
        channel,
        status,
        team,
        assignee,
        openedAt,
        movedAt,
        lastMessageSeq,
      )
      if (row === undefined) return null
      insertMembers(row.key, stream)
      return row.key
    },
    update(key, before, stream) {
      const members = toMembersJson(stream)
      if (members === before) return
      clearParticipants(key)
      clearIdentities(key)
      insertMembers(key, stream)
      setMembers(members, key)
    },
  }
}

function toMembersJson({ kind, state }: StreamState): string {
  return kind === 'conversation' && state !== null ? JSON.stringify([state.participants, state.identities]) : '[]'
}
