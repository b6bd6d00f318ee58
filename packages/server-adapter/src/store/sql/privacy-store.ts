// What is held on people: found, handed out, taken away. The log itself is never rewritten: content rows go, envelopes
// stay.

import type { HeldContact, HeldIdentity, PrivacyStore } from '../privacy.ts'
import { toBucket } from './columns.ts'
import type { Connection } from './connection.ts'
import { toIdText, toLookupBytes } from './ids.ts'
import type { ListSlot, Slot } from './slots.ts'
import { STATE_COLUMNS, toConversationState } from './states.ts'
import type { Work } from './work.ts'

/** What each database does in its own way. */
export interface PrivacyParts {
  /** The keys of a stream's events with `after < seq <= upTo`. */
  keysOf(
    stream: { readonly key: number; readonly last_event: number | null },
    after: number,
    upTo: number,
  ): Work<number[]>
  readonly settle: PrivacyStore['settle']
}

export function createPrivacyStore(connection: Connection, { keysOf, settle }: PrivacyParts): PrivacyStore {
  const { db, queries, read, write, workspaceKey } = connection
  const findIdentities = queries.listIn((contacts: ListSlot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .select(['id', 'contact', 'channel', 'kind', 'lookup_key', 'created_at', 'used_at'])
      .where('contact', 'in', contacts)
      .where('workspace', '=', workspace),
  )
  const findStreams = queries.listIn((identities: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .select('stream.id')
      .where('stream.key', 'in', (sub) =>
        sub.selectFrom('stream_identity').select('stream').where('identity', 'in', identities),
      )
      .where('stream.workspace', '=', workspace),
  )
  const findStream = queries.get((id: Slot<Buffer>, workspace: Slot<number>) =>
    db.selectFrom('stream').select(['key', 'last_event']).where('id', '=', id).where('workspace', '=', workspace),
  )
  const findContacts = queries.listIn((ids: ListSlot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('contact')
      .select(['id', 'name', 'email', 'created_at'])
      .where('id', 'in', ids)
      .where('workspace', '=', workspace),
  )
  const findClaimed = queries.listIn((identities: ListSlot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .select('contact')
      .where('claimed_by', 'in', identities)
      .where('workspace', '=', workspace),
  )

  function* find(workspace: number, wanted: string): Work<readonly HeldContact[]> {
    const named = yield* queries.all(
      db
        .selectFrom('contact')
        .select('id')
        .where('workspace', '=', workspace)
        .where((row) =>
          row.or([
            row('id', '=', wanted),
            row(row.fn<string>('lower', ['email']), '=', wanted.toLowerCase()),
            row('id', 'in', (sub) => sub.selectFrom('identity').select('contact').where('identity.id', '=', wanted)),
          ]),
        ),
    )
    const ids = new Set(named.map(({ id }) => id))
    // The browsers that somebody who signed in took over are theirs too.
    const own = yield* findIdentities([...ids], workspace)
    const claimed = yield* findClaimed(
      own.map(({ id }) => id),
      workspace,
    )
    for (const { contact } of claimed) ids.add(contact)
    const identities = yield* findIdentities([...ids], workspace)
    const contacts = yield* findContacts([...ids], workspace)
    return contacts
      .toSorted((one, other) => one.created_at - other.created_at || (one.id < other.id ? -1 : 1))
      .map(({ id, name, email, created_at: createdAt }) => ({
        ...{ id, name, email, createdAt },
        identities: identities.filter(({ contact }) => contact === id).map(toHeldIdentity),
      }))
  }

  return {
    contacts: (workspace, wanted) =>
      read('find a contact', function* () {
        return yield* find(yield* workspaceKey(workspace), wanted)
      }),
    conversations: (workspace, identities) =>
      read('find the conversations of a contact', function* () {
        const rows = yield* findStreams(identities.map(toLookupBytes), yield* workspaceKey(workspace))
        return rows.map(({ id }) => toIdText(id)).toSorted()
      }),
    removeContent: (workspace, conversation, after, upTo) =>
      write('remove content', function* () {
        const stream = yield* findStream(toLookupBytes(conversation), yield* workspaceKey(workspace))
        if (stream === undefined) return
        const keys = yield* keysOf(stream, after, upTo)
        if (keys.length > 0) yield* queries.change(db.deleteFrom('content').where('event', 'in', keys))
      }),
    forget: (workspace, contact) =>
      write('forget a contact', function* () {
        const key = yield* workspaceKey(workspace)
        yield* queries.change(
          db
            .updateTable('contact')
            .set({ name: '', email: null })
            .where('id', '=', contact)
            .where('workspace', '=', key),
        )
        yield* queries.change(
          db
            .updateTable('identity')
            .set({ lookup_key: null })
            .where('contact', '=', contact)
            .where('workspace', '=', key),
        )
      }),
    removeJobs: (workspace, conversation) =>
      write('remove jobs', function* () {
        const stream = yield* findStream(toLookupBytes(conversation), yield* workspaceKey(workspace))
        if (stream !== undefined) yield* queries.change(db.deleteFrom('job').where('stream', '=', stream.key))
      }),
    closed: (workspace, movedBefore, after, limit) =>
      read('find closed conversations', function* () {
        let rows = db
          .selectFrom('stream')
          .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
          .select([...STATE_COLUMNS])
          .where('stream.workspace', '=', yield* workspaceKey(workspace))
          .where('stream.status', '=', 'closed')
          .where('stream.moved_bucket', '<=', toBucket(movedBefore))
          .where('stream.moved_at', '<', movedBefore)
          .orderBy('stream.moved_bucket')
          .orderBy('stream.moved_at')
          .orderBy('stream.id')
          .limit(limit)
        if (after !== null)
          rows = rows
            .where('stream.moved_bucket', '>=', toBucket(after.movedAt))
            .where((row) =>
              row(row.refTuple('stream.moved_at', 'stream.id'), '>', row.tuple(after.movedAt, toLookupBytes(after.id))),
            )
        return (yield* queries.all(rows)).map(toConversationState)
      }),
    settle,
  }
}

interface IdentityRow {
  readonly id: string
  readonly channel: string
  readonly kind: string
  readonly lookup_key: string | null
  readonly created_at: number
  readonly used_at: number
}

const toHeldIdentity = (row: IdentityRow): HeldIdentity => ({
  id: row.id,
  channel: row.channel,
  kind: row.kind === 'user' ? 'user' : 'browser',
  // A browser's is the hash of a secret, and says nothing to anybody.
  subject: row.kind === 'user' ? row.lookup_key : null,
  createdAt: row.created_at,
  usedAt: row.used_at,
})
