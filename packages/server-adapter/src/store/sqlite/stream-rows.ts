// The rows of streams, as `append` writes them. A message changes numbers, times and the newest event; the rest of the
// state, who sees the conversation and its place in the lists change seldom, and only then are those columns, their
// indexes and the tables of states, participants and identities touched.

import type { StreamState } from '@pendopo/protocol'
import type { Append } from '../store.ts'
import { isSamePlacement, toMovedAt, toMovedBucket } from '../sql/columns.ts'
import type { SqliteConnection } from './connection.ts'
import { toIdBytes } from '../sql/ids.ts'
import { isAtRest, STATE_COLUMNS, toMovingJson, toStreamState } from '../sql/states.ts'
import type { Slot } from '../sql/slots.ts'

/** A stream as its row is before an append. */
export interface Head {
  readonly key: number
  readonly stream: StreamState
  readonly lastEvent: number | null
  readonly lastMessage: number | null
}

export interface StreamRows {
  /**
   * The row at exactly this number; `null` where the stream is elsewhere. For number 0 the row is created. What comes
   * from the cache may be stale: `move` finds out.
   */
  claim(workspace: number, append: Append): Head | null
  /** Moves the row on; false where it is no longer at the number it was claimed at. */
  move(head: Head, append: Append, lastEvent: number | null, lastMessage: number | null): boolean
}

export function createStreamRows({ db, statements, cache, idBytes }: SqliteConnection): StreamRows {
  const find = statements.get((id: Slot<Buffer>, workspace: Slot<number>, seq: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'id', 'kind', ...STATE_COLUMNS, 'last_event as lastEvent', 'last_message as lastMessage'])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .where('seq', '=', seq),
  )
  const insert = statements.get((workspace: Slot<number>, id: Slot<Buffer>, kind: Slot<string>) =>
    db
      .insertInto('stream')
      .values({ workspace, id, kind, seq: 0, moving_json: '{}' })
      .onConflict((conflict) => conflict.doNothing())
      .returning('key'),
  )
  const update = statements.run(
    (
      seq: Slot<number>,
      moving: Slot<string>,
      movedAt: Slot<number | null>,
      lastEvent: Slot<number | null>,
      lastMessage: Slot<number | null>,
      key: Slot<number>,
      expected: Slot<number>,
    ) =>
      db
        .updateTable('stream')
        .set({ seq, moving_json: moving, moved_at: movedAt, last_event: lastEvent, last_message: lastMessage })
        .where('key', '=', key)
        .where('seq', '=', expected),
  )
  // By itself: a statement that names an indexed column writes the index, whatever the value.
  const relist = statements.run((bucket: Slot<number | null>, key: Slot<number>) =>
    db.updateTable('stream').set({ moved_bucket: bucket }).where('key', '=', key),
  )
  const rest = statements.run((stream: Slot<number>, state: Slot<string>) =>
    db
      .insertInto('stream_state')
      .values({ stream, state_json: state })
      .onConflict((conflict) =>
        conflict.column('stream').doUpdateSet((row) => ({ state_json: row.ref('excluded.state_json') })),
      ),
  )
  const place = statements.run(
    (
      channel: Slot<string>,
      status: Slot<string>,
      team: Slot<Buffer | null>,
      assignee: Slot<Buffer | null>,
      openedAt: Slot<number>,
      key: Slot<number>,
    ) => db.updateTable('stream').set({ channel, status, team, assignee, opened_at: openedAt }).where('key', '=', key),
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

  function replacePlacement(key: number, { kind, state }: StreamState): void {
    if (kind !== 'conversation' || state === null) return
    const { channel, status, team, assignee, openedAt, participants, identities } = state
    const toBytes = (id: string | null) => (id === null ? null : toIdBytes(id))
    place(channel, status, toBytes(team), toBytes(assignee), openedAt, key)
    clearParticipants(key)
    for (const agent of new Set(participants)) addParticipant(key, toIdBytes(agent))
    clearIdentities(key)
    for (const identity of new Set(identities)) addIdentity(key, toIdBytes(identity))
  }

  return {
    claim(workspace, { expectedSeq, stream: { id, kind } }) {
      if (expectedSeq === 0) {
        const row = insert(workspace, idBytes(id), kind)
        return row === undefined
          ? null
          : { key: row.key, stream: { kind, id, state: null }, lastEvent: null, lastMessage: null }
      }
      const cached = cache.find(workspace, id)
      if (cached?.seq === expectedSeq) return cached
      const row = find(idBytes(id), workspace, expectedSeq)
      return row === undefined ? null : { ...row, stream: toStreamState(row) }
    },
    move({ key, stream: before }, { stream, expectedSeq }, lastEvent, lastMessage) {
      const { state } = stream
      const moving = toMovingJson(stream)
      const { changes } = update(state?.seq ?? 0, moving, toMovedAt(stream), lastEvent, lastMessage, key, expectedSeq)
      if (changes === 0) return false
      const bucket = toMovedBucket(stream)
      if (bucket !== toMovedBucket(before)) relist(bucket, key)
      if (isAtRest(before, stream)) return true
      rest(key, JSON.stringify(state))
      if (!isSamePlacement(before, stream)) replacePlacement(key, stream)
      return true
    },
  }
}
