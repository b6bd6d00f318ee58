// Reading the log: what a group needs to be decided, events after a number, pages of items. A stream's events have an
// index by number. Appending is `append.ts`.

import { EVENT_KINDS, type Audience, type LogEvent, type StreamRef, type StreamState } from '@pendopo/protocol'
import type { ReaderArming } from '../arming.ts'
import { toIdText, toLookupBytes } from '../sql/ids.ts'
import {
  EVENT_COLUMNS,
  knownCommands,
  newestOpen,
  openConversations,
  toItems,
  toKnown,
  withAbsent,
} from '../sql/log-queries.ts'
import { toLogEvent } from '../sql/rows.ts'
import type { ListSlot, Slot } from '../sql/slots.ts'
import { STATE_COLUMNS, toConversationState, toStreamState } from '../sql/states.ts'
import type { Work } from '../sql/work.ts'
import type { LogStore } from '../store.ts'
import { createAppend } from './append.ts'
import type { PostgresConnection } from './connection.ts'
import type { Pool } from './pool.ts'
import { readTails } from './read-tails.ts'

/** Kinds that change items or are for the machinery alone. Unknown kinds are items. */
const NOT_ITEMS = Object.entries(EVENT_KINDS).flatMap(([kind, { item }]) => (item ? [] : [kind]))

export function createLogStore(connection: PostgresConnection, pool: Pool, readers: readonly ReaderArming[]): LogStore {
  const { db, queries, cache, workspaceKey, read } = connection

  const findStreams = queries.listIn((ids: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'id', 'kind', 'seq', ...STATE_COLUMNS])
      .where('id', 'in', ids)
      .where('workspace', '=', workspace),
  )
  const findKnown = queries.listIn(knownCommands(db))
  const findOpen = queries.listIn(openConversations(db))
  const findStream = queries.get((id: Slot<Buffer>, workspace: Slot<number>, kind: Slot<string>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'seq', ...STATE_COLUMNS])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .where('kind', '=', kind),
  )

  /** Events with their content: for an edit, that of the event it edits. */
  const events = db
    .selectFrom('event')
    .leftJoin('content', (join) =>
      join.on((on) => on('content.event', '=', on.fn.coalesce('event.target', 'event.key'))),
    )
    .select(EVENT_COLUMNS)
  const ofTeam = queries.list((stream: Slot<number>, after: Slot<number>, limit: Slot<number>) =>
    events.where('event.stream', '=', stream).where('seq', '>', after).orderBy('seq').limit(limit),
  )
  // An event's public number is at most its number.
  const ofParticipants = queries.list((stream: Slot<number>, after: Slot<number>, limit: Slot<number>) =>
    events
      .where('event.stream', '=', stream)
      .where('seq', '>', after)
      .where('public_seq', '>', after)
      .orderBy('seq')
      .limit(limit),
  )
  const items = events.where('kind', 'not in', NOT_ITEMS).orderBy('seq', 'desc')
  const itemsOfTeam = queries.list((stream: Slot<number>, low: Slot<number>, high: Slot<number>, limit: Slot<number>) =>
    items.where('event.stream', '=', stream).where('seq', '>=', low).where('seq', '<=', high).limit(limit),
  )
  const itemsOfParticipants = queries.list(
    (stream: Slot<number>, low: Slot<number>, high: Slot<number>, below: Slot<number>, limit: Slot<number>) =>
      items
        .where('event.stream', '=', stream)
        .where('seq', '>=', low)
        .where('seq', '<=', high)
        .where('public_seq', '<', below)
        .limit(limit),
  )

  function* loadStreams(workspace: number, refs: readonly StreamRef[]): Work<ReadonlyMap<string, StreamState>> {
    const states = new Map<string, StreamState>()
    const ids = Array.from(new Set(refs.map(({ id }) => id)), toLookupBytes)
    for (const row of yield* findStreams(ids, workspace)) {
      const stream = toStreamState(row)
      cache.keep({ workspace, key: row.key, seq: row.seq, stream, lastEvent: null, lastMessage: null })
      states.set(stream.id, stream)
    }
    return withAbsent(states, refs)
  }

  function* readItems(workspace: string, id: string, audience: Audience, before: number | null, limit: number) {
    const stream = yield* findStream(toLookupBytes(id), yield* workspaceKey(workspace), 'conversation')
    if (stream === undefined) return { items: [], hasOlder: false }
    const { seq, publicSeq, firstSeq } = toConversationState(stream)
    const isTeam = audience === 'team'
    const below = before ?? (isTeam ? seq : publicSeq) + 1
    // Participants' numbers have no index; behind by at most the count of internal events.
    const rows = isTeam
      ? yield* itemsOfTeam(stream.key, firstSeq, below - 1, limit + 1)
      : yield* itemsOfParticipants(stream.key, firstSeq, below - 1 + seq - publicSeq, below, limit + 1)
    const found = rows.slice(0, limit).toReversed()
    return { items: found.flatMap((row) => toItems(row, audience)), hasOlder: rows.length > limit }
  }

  return {
    load: (workspace, streams, commandIds) =>
      read('load streams', function* () {
        const key = yield* workspaceKey(workspace)
        const known = toKnown(yield* findKnown(commandIds.map(toLookupBytes), key))
        return { streams: yield* loadStreams(key, streams), known }
      }),
    openConversations: (workspace, lookups) =>
      read('look for open conversations', function* () {
        const identities = new Set(lookups.flatMap((lookup) => lookup.identities))
        const rows = yield* findOpen(Array.from(identities, toLookupBytes), yield* workspaceKey(workspace))
        return newestOpen(rows, lookups)
      }),
    append: createAppend(connection, pool, readers),
    events: (workspace, { id, kind }, audience, after, limit) =>
      read('read events', function* () {
        const stream = yield* findStream(toLookupBytes(id), yield* workspaceKey(workspace), kind)
        if (stream === undefined) return []
        const ask = audience === 'team' ? ofTeam : ofParticipants
        return (yield* ask(stream.key, after, limit)).map(toLogEvent)
      }),
    tails: (workspace, tails, limit) =>
      read('read what came after', function* () {
        const found = new Map<string, LogEvent[]>(tails.map(({ stream }) => [stream.id, []]))
        for (const row of yield* readTails(yield* workspaceKey(workspace), tails, limit))
          found.get(toIdText(row.stream_id))?.push(toLogEvent(row))
        return found
      }),
    items: (workspace, conversation, audience, before, limit) =>
      read('read items', () => readItems(workspace, conversation, audience, before, limit)),
  }
}
