// Read marks. A mark keeps both numberings and the counter of the messages to its reader up to there, so that unread is
// a subtraction. Advancing costs what was not yet read: events after the new mark are counted, not those before.

import type { ConversationState } from '@pendopo/protocol'
import type { StoredMark, MarkStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { createEventRanges } from './event-ranges.ts'
import { toActor, toActorCode, toIdBytes, toLookupBytes } from './ids.ts'
import { FROM_CONTACT, TO_CONTACT } from './rows.ts'
import type { Slot } from './statements.ts'
import { STATE_COLUMNS, toConversationState } from './states.ts'

interface StreamRow {
  readonly key: number
  readonly last_event: number | null
}

export function createMarkStore(connection: Connection): MarkStore {
  const { db, statements, workspaceKey, read, writeSoon } = connection
  const { upwards, downwards } = createEventRanges(connection)
  const findStream = statements.get((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'last_event', ...STATE_COLUMNS])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .where('kind', '=', 'conversation'),
  )
  const findMark = statements.get((stream: Slot<number>, kind: Slot<number>, reader: Slot<Buffer>) =>
    db
      .selectFrom('mark')
      .select(['seq', 'public_seq', 'counted'])
      .where('stream', '=', stream)
      .where('reader_kind', '=', kind)
      .where('reader', '=', reader),
  )
  const upsert = statements.run(
    (
      stream: Slot<number>,
      kind: Slot<number>,
      reader: Slot<Buffer>,
      seq: Slot<number>,
      publicSeq: Slot<number>,
      counted: Slot<number>,
    ) =>
      db
        .insertInto('mark')
        .values({ stream, reader_kind: kind, reader, seq, public_seq: publicSeq, counted })
        .onConflict((conflict) =>
          conflict.columns(['stream', 'reader_kind', 'reader']).doUpdateSet((row) => ({
            seq: row.ref('excluded.seq'),
            public_seq: row.ref('excluded.public_seq'),
            counted: row.ref('excluded.counted'),
          })),
        ),
  )
  const marksOf = statements.list((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('mark')
      .innerJoin('stream', 'stream.key', 'mark.stream')
      .select(['mark.reader_kind', 'mark.reader', 'mark.seq', 'mark.public_seq'])
      .where('stream.id', '=', id)
      .where('stream.workspace', '=', workspace),
  )

  function count({ key, last_event: newest }: StreamRow, low: number, high: number, direction: number): number {
    let messages = 0
    upwards(key, newest, low, high, (event) => {
      if (event.direction === direction) messages += 1
      return true
    })
    return messages
  }

  /** The last event participants may see up to there. */
  function fromSeq({ key, last_event: newest }: StreamRow, seq: number) {
    let publicSeq = 0
    downwards(key, newest, 0, seq, (event) => {
      publicSeq = event.public_seq ?? 0
      return publicSeq === 0
    })
    return { seq, publicSeq }
  }

  function fromPublicSeq({ key, last_event: newest }: StreamRow, state: ConversationState, publicSeq: number) {
    let seq = publicSeq
    upwards(key, newest, publicSeq - 1, state.seq, (event) => {
      seq = event.seq
      return event.public_seq !== publicSeq
    })
    return { seq, publicSeq }
  }

  const find: MarkStore['of'] = (workspace, conversation) =>
    read('read marks', () =>
      marksOf(toLookupBytes(conversation), workspaceKey(workspace)).map((row): StoredMark => ({
        reader: toReader(toActor(row.reader_kind, row.reader)),
        seq: row.seq,
        publicSeq: row.public_seq,
      })),
    )

  return {
    of: find,
    advance: (workspace, conversation, reader, audience, upTo) =>
      writeSoon('advance a mark', () => {
        const stream = findStream(toLookupBytes(conversation), workspaceKey(workspace))
        if (stream === undefined) return null
        const { key } = stream
        const state = toConversationState(stream)
        const kind = toActorCode(reader.kind)
        const id = toIdBytes(reader.id)
        const before = findMark(key, kind, id)
        // Nobody has read what is not there yet.
        const head = audience === 'team' ? state.seq : state.publicSeq
        const n = Math.min(upTo, head)
        if (n <= ((audience === 'team' ? before?.seq : before?.public_seq) ?? 0)) return null
        const { seq, publicSeq } = audience === 'team' ? fromSeq(stream, n) : fromPublicSeq(stream, state, n)
        const direction = reader.kind === 'agent' ? FROM_CONTACT : TO_CONTACT
        const total = reader.kind === 'agent' ? state.incoming : state.outgoing
        // Count on the shorter side: what was read just now, or what is still unread.
        const counted =
          before !== undefined && seq - before.seq < state.seq - seq
            ? before.counted + count(stream, before.seq, seq, direction)
            : total - count(stream, seq, state.seq, direction)
        upsert(key, kind, id, seq, publicSeq, counted)
        return { reader, seq, publicSeq }
      }),
  }
}

const toReader = ({ kind, id }: ReturnType<typeof toActor>): StoredMark['reader'] => ({
  kind: kind === 'visitor' ? 'visitor' : 'agent',
  id,
})
