// Read marks. A mark keeps both numberings and the counter of the messages to its reader up to there, so that unread is
// a subtraction. Advancing costs what was not yet read: events after the new mark are counted, not those before.

import type { StoredMark, MarkStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { toActor, toActorCode, toIdBytes, toIdText, toLookupBytes } from './ids.ts'
import { FROM_CONTACT, TO_CONTACT } from './rows.ts'
import type { ListSlot, Slot } from './slots.ts'
import { STATE_COLUMNS, toConversationState } from './states.ts'
import type { Work } from './work.ts'

/** A stretch of a stream, as each database reads it: marks go from one numbering to the other. */
export interface Numbers {
  /** Events with `low < seq <= high` that count for this side. */
  count(stream: NumberedStream, low: number, high: number, direction: number): Work<number>
  /** The public number of the last event that participants may see up to `seq`; 0 where there is none. */
  publicSeqAt(stream: NumberedStream, seq: number): Work<number>
  /** The number of the event with this public number. */
  seqOf(stream: NumberedStream, publicSeq: number): Work<number>
}

export interface NumberedStream {
  readonly key: number
  readonly seq: number
  readonly last_event: number | null
}

export function createMarkStore(connection: Connection, numbers: Numbers): MarkStore {
  const { db, queries, workspaceKey, read, writeSoon } = connection
  const findStream = queries.get((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'seq', 'last_event', ...STATE_COLUMNS])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .where('kind', '=', 'conversation'),
  )
  const findMark = queries.get((stream: Slot<number>, kind: Slot<number>, reader: Slot<Buffer>) =>
    db
      .selectFrom('mark')
      .select(['seq', 'public_seq', 'counted'])
      .where('stream', '=', stream)
      .where('reader_kind', '=', kind)
      .where('reader', '=', reader),
  )
  const upsert = queries.run(
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
          conflict
            .columns(['stream', 'reader_kind', 'reader'])
            .doUpdateSet((row) => ({
              seq: row.ref('excluded.seq'),
              public_seq: row.ref('excluded.public_seq'),
              counted: row.ref('excluded.counted'),
            }))
            .whereRef('excluded.seq', '>', 'mark.seq'),
        ),
  )
  const marksOf = queries.listIn((ids: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('mark')
      .innerJoin('stream', 'stream.key', 'mark.stream')
      .select(['stream.id', 'mark.reader_kind', 'mark.reader', 'mark.seq', 'mark.public_seq'])
      .where('stream.id', 'in', ids)
      .where('stream.workspace', '=', workspace),
  )

  const find: MarkStore['ofMany'] = (workspace, conversations) =>
    read('read marks', function* () {
      const marks = new Map<string, StoredMark[]>()
      for (const row of yield* marksOf(conversations.map(toLookupBytes), yield* workspaceKey(workspace))) {
        const { id, reader_kind: kind, reader, seq, public_seq: publicSeq } = row
        const conversation = toIdText(id)
        const mark = { reader: toReader(toActor(kind, reader)), seq, publicSeq }
        const present = marks.get(conversation)
        if (present === undefined) marks.set(conversation, [mark])
        else present.push(mark)
      }
      return marks
    })

  return {
    of: async (workspace, conversation) => (await find(workspace, [conversation])).get(conversation) ?? [],
    ofMany: find,
    advance: (workspace, conversation, reader, audience, upTo) =>
      writeSoon('advance a mark', function* () {
        const stream = yield* findStream(toLookupBytes(conversation), yield* workspaceKey(workspace))
        if (stream === undefined) return null
        const { key } = stream
        const state = toConversationState(stream)
        const kind = toActorCode(reader.kind)
        const id = toIdBytes(reader.id)
        const before = yield* findMark(key, kind, id)
        // Nobody has read what is not there yet.
        const head = audience === 'team' ? state.seq : state.publicSeq
        const n = Math.min(upTo, head)
        if (n <= ((audience === 'team' ? before?.seq : before?.public_seq) ?? 0)) return null
        const [seq, publicSeq] =
          audience === 'team' ? [n, yield* numbers.publicSeqAt(stream, n)] : [yield* numbers.seqOf(stream, n), n]
        const direction = reader.kind === 'agent' ? FROM_CONTACT : TO_CONTACT
        const total = reader.kind === 'agent' ? state.incoming : state.outgoing
        // Count on the shorter side: what was read just now, or what is still unread.
        const counted =
          before !== undefined && seq - before.seq < state.seq - seq
            ? before.counted + (yield* numbers.count(stream, before.seq, seq, direction))
            : total - (yield* numbers.count(stream, seq, state.seq, direction))
        // Another node may have moved it further meanwhile: then this one has not moved it.
        const moved = yield* upsert(key, kind, id, seq, publicSeq, counted)
        return moved === 0 ? null : { reader, seq, publicSeq }
      }),
  }
}

const toReader = ({ kind, id }: ReturnType<typeof toActor>): StoredMark['reader'] => ({
  kind: kind === 'visitor' ? 'visitor' : 'agent',
  id,
})
