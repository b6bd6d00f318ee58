// Read marks. A mark keeps both numberings and the counter of the messages to its reader up to there, so that unread is
// a subtraction. Advancing costs what was not yet read: events after the new mark are counted, not those before.

import type { StoredMark, MarkStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { toActor, toActorCode, toIdBytes, toLookupBytes } from './ids.ts'
import { FROM_CONTACT, TO_CONTACT, toConversationState } from './rows.ts'
import type { Slot } from './statements.ts'

export function createMarkStore({ db, statements, workspaceKey, read, write }: Connection): MarkStore {
  const findStream = statements.get((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .select(['key', 'state_json'])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .where('kind', '=', 'conversation'),
  )
  const findMark = statements.get((stream: Slot<number>, kind: Slot<number>, reader: Slot<Buffer>) =>
    db
      .selectFrom('mark')
      .select(['seq', 'public_seq'])
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
  const publicAt = statements.get((stream: Slot<number>, seq: Slot<number>) =>
    db
      .selectFrom('event')
      .select('public_seq')
      .where('stream', '=', stream)
      .where('seq', '<=', seq)
      .where('public_seq', 'is not', null)
      .orderBy('seq', 'desc')
      .limit(1),
  )
  const seqOf = statements.get((stream: Slot<number>, publicSeq: Slot<number>) =>
    db
      .selectFrom('event')
      .select('seq')
      .where('stream', '=', stream)
      .where('seq', '>=', publicSeq)
      .where('public_seq', '=', publicSeq)
      .orderBy('seq')
      .limit(1),
  )
  const countAfter = statements.get((stream: Slot<number>, seq: Slot<number>, direction: Slot<number>) =>
    db
      .selectFrom('event')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('stream', '=', stream)
      .where('seq', '>', seq)
      .where('direction', '=', direction),
  )
  const marksOf = statements.list((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('mark')
      .innerJoin('stream', 'stream.key', 'mark.stream')
      .select(['mark.reader_kind', 'mark.reader', 'mark.seq', 'mark.public_seq'])
      .where('stream.id', '=', id)
      .where('stream.workspace', '=', workspace),
  )

  const find: MarkStore['of'] = (workspace, conversation) =>
    read('read marks', () =>
      marksOf(toLookupBytes(conversation), workspaceKey(workspace)).map(
        (row): StoredMark => ({
          reader: toReader(toActor(row.reader_kind, row.reader)),
          seq: row.seq,
          publicSeq: row.public_seq,
        }),
      ),
    )

  return {
    of: find,
    advance: (workspace, conversation, reader, audience, upTo) =>
      write('advance a mark', () => {
        const stream = findStream(toLookupBytes(conversation), workspaceKey(workspace))
        if (stream === undefined) return null
        const { key } = stream
        const state = toConversationState(stream.state_json)
        const kind = toActorCode(reader.kind)
        const id = toIdBytes(reader.id)
        const before = findMark(key, kind, id)
        // Nobody has read what is not there yet.
        const head = audience === 'team' ? state.seq : state.publicSeq
        const n = Math.min(upTo, head)
        if (n <= ((audience === 'team' ? before?.seq : before?.public_seq) ?? 0)) return null
        const seq = audience === 'team' ? n : (seqOf(key, n)?.seq ?? n)
        const publicSeq = audience === 'team' ? (publicAt(key, n)?.public_seq ?? 0) : n
        const fromContact = reader.kind === 'agent'
        const after = countAfter(key, seq, fromContact ? FROM_CONTACT : TO_CONTACT)?.count ?? 0
        upsert(key, kind, id, seq, publicSeq, (fromContact ? state.incoming : state.outgoing) - after)
        return { reader, seq, publicSeq }
      }),
  }
}

const toReader = ({ kind, id }: ReturnType<typeof toActor>): StoredMark['reader'] => ({
  kind: kind === 'visitor' ? 'visitor' : 'agent',
  id,
})
