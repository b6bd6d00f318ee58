// The rows of streams, as `append` writes them. A message changes the state, the place in the lists and the newest
// event; who sees the conversation and in which lists it is changes seldom, and only then are those columns, their
// indexes and the tables of participants and identities touched.

import type { StreamState } from '@pendopo/protocol'
import { toMovedAt, toPlacementJson } from './columns.ts'
import type { Connection } from './connection.ts'
import { toIdBytes } from './ids.ts'
import type { Slot } from './statements.ts'

/** A stream as its row is before an append. */
export interface Head {
  readonly key: number
  readonly lastEvent: number | null
  readonly lastMessage: number | null
  readonly placement: string
}

export interface StreamRows {
  /** The row at exactly this number; `null` where the stream is elsewhere. For number 0 the row is created. */
  claim(workspace: number, stream: StreamState, expectedSeq: number): Head | null
  move(head: Head, stream: StreamState, lastEvent: number | null, lastMessage: number | null): void
}

export function createStreamRows({ db, statements, idBytes }: Connection): StreamRows {
  const find = statements.get((id: Slot<Buffer>, workspace: Slot<number>, seq: Slot<number>) =>
    db
      .selectFrom('stream')
      .select(['key', 'last_event as lastEvent', 'last_message as lastMessage', 'placement_json as placement'])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .where('seq', '=', seq),
  )
  const insert = statements.get((workspace: Slot<number>, id: Slot<Buffer>, kind: Slot<string>) =>
    db
      .insertInto('stream')
      .values({ workspace, id, kind, seq: 0, state_json: 'null', placement_json: '' })
      .onConflict((conflict) => conflict.doNothing())
      .returning(['key', 'last_event as lastEvent', 'last_message as lastMessage', 'placement_json as placement']),
  )
  const update = statements.run(
    (
      seq: Slot<number>,
      state: Slot<string>,
      movedAt: Slot<number | null>,
      lastEvent: Slot<number | null>,
      lastMessage: Slot<number | null>,
      key: Slot<number>,
    ) =>
      db
        .updateTable('stream')
        .set({ seq, state_json: state, moved_at: movedAt, last_event: lastEvent, last_message: lastMessage })
        .where('key', '=', key),
  )
  const place = statements.run(
    (
      placement: Slot<string>,
      channel: Slot<string>,
      status: Slot<string>,
      team: Slot<Buffer | null>,
      assignee: Slot<Buffer | null>,
      openedAt: Slot<number>,
      key: Slot<number>,
    ) =>
      db
        .updateTable('stream')
        .set({ placement_json: placement, channel, status, team, assignee, opened_at: openedAt })
        .where('key', '=', key),
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

  function replacePlacement(key: number, placement: string, { kind, state }: StreamState): void {
    if (kind !== 'conversation' || state === null) return
    const { channel, status, team, assignee, openedAt, participants, identities } = state
    const toBytes = (id: string | null) => (id === null ? null : toIdBytes(id))
    place(placement, channel, status, toBytes(team), toBytes(assignee), openedAt, key)
    clearParticipants(key)
    for (const agent of new Set(participants)) addParticipant(key, toIdBytes(agent))
    clearIdentities(key)
    for (const identity of new Set(identities)) addIdentity(key, toIdBytes(identity))
  }

  return {
    claim(workspace, { id, kind }, expectedSeq) {
      const row = expectedSeq === 0 ? insert(workspace, idBytes(id), kind) : find(idBytes(id), workspace, expectedSeq)
      return row ?? null
    },
    move({ key, placement }, stream, lastEvent, lastMessage) {
      update(stream.state?.seq ?? 0, JSON.stringify(stream.state), toMovedAt(stream), lastEvent, lastMessage, key)
      const next = toPlacementJson(stream)
      if (next !== placement) replacePlacement(key, next, stream)
    },
  }
}
