// Reading the log: what a group needs to be decided, events after a number, pages of items. Appending is `append.ts`.
//
// Participants' numbers have no index: an event's public number is at most its number, and behind by at most the count
// of internal events, which bounds the stretch of the stream to look at.

import { eventKind, type Audience, type Item, type LogEvent, type StreamRef, type StreamState } from '@pendopo/protocol'
import type { ReaderArming } from '../arming.ts'
import { toLookupBytes } from '../sql/ids.ts'
import { knownCommands, newestOpen, openConversations, toItems, toKnown, withAbsent } from '../sql/log-queries.ts'
import { toLogEvent } from '../sql/rows.ts'
import type { ListSlot, Slot } from '../sql/slots.ts'
import { STATE_COLUMNS, toConversationState, toStreamState } from '../sql/states.ts'
import type { CachedStream } from '../sql/stream-cache.ts'
import type { LogStore } from '../store.ts'
import { createAppend } from './append.ts'
import type { SqliteConnection } from './connection.ts'
import { createEventRanges } from './event-ranges.ts'

export function createLogStore(connection: SqliteConnection, readers: readonly ReaderArming[]): LogStore {
  const { db, statements, cache, workspaceKey, atOnce } = connection
  const { range, upwards, downwards } = createEventRanges(connection)
  const appendGroup = createAppend(connection, readers)

  const findStreams = statements.listIn((ids: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'id', 'kind', 'seq', ...STATE_COLUMNS, 'last_event as lastEvent', 'last_message as lastMessage'])
      .where('id', 'in', ids)
      .where('workspace', '=', workspace),
  )
  const findNumbers = statements.listIn((keys: ListSlot<number>, workspace: Slot<number>) =>
    db.selectFrom('stream').select(['key', 'seq']).where('key', 'in', keys).where('workspace', '=', workspace),
  )
  const findKnown = statements.listIn(knownCommands(db))
  const findOpen = statements.listIn(openConversations(db))
  const findStream = statements.get((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'kind', 'last_event', ...STATE_COLUMNS])
      .where('id', '=', id)
      .where('workspace', '=', workspace),
  )

  /** Which of these entries are as the database has them. */
  function stillTrue(workspace: number, entries: readonly CachedStream[]): readonly CachedStream[] {
    const numbers = findNumbers(
      entries.map(({ key }) => key),
      workspace,
    )
    const seqs = new Map(numbers.map(({ key, seq }) => [key, seq]))
    return entries.filter(({ key, seq }) => seqs.get(key) === seq)
  }

  function loadStreams(workspace: number, refs: readonly StreamRef[]): ReadonlyMap<string, StreamState> {
    const ids = new Set(refs.map(({ id }) => id))
    const cached = Array.from(ids, (id) => cache.find(workspace, id)).filter((entry) => entry !== undefined)
    const states = new Map(stillTrue(workspace, cached).map(({ stream }) => [stream.id, stream]))
    const missing = Array.from(ids).filter((id) => !states.has(id))
    for (const row of findStreams(missing.map(toLookupBytes), workspace)) {
      const stream = toStreamState(row)
      const { key, seq, lastEvent, lastMessage } = row
      cache.keep({ workspace, key, seq, stream, lastEvent, lastMessage })
      states.set(stream.id, stream)
    }
    return withAbsent(states, refs)
  }

  function readEvents(workspace: string, { id, kind }: StreamRef, audience: Audience, after: number, limit: number) {
    const stream = findStream(toLookupBytes(id), workspaceKey(workspace))
    if (stream === undefined || stream.kind !== kind) return []
    const { key, last_event: newest } = stream
    const head = toStreamState({ ...stream, id: toLookupBytes(id) }).state?.seq ?? 0
    if (audience === 'team') return range(key, newest, after, Math.min(after + limit, head)).map(toLogEvent)
    const events: LogEvent[] = []
    upwards(key, newest, after, head, (row) => {
      if (row.public_seq !== null && row.public_seq > after) events.push(toLogEvent(row))
      return events.length < limit
    })
    return events
  }

  function readItems(workspace: string, id: string, audience: Audience, before: number | null, limit: number) {
    const stream = findStream(toLookupBytes(id), workspaceKey(workspace))
    if (stream === undefined || stream.kind !== 'conversation') return { items: [], hasOlder: false }
    const state = toConversationState(stream)
    const { key, last_event: newest } = stream
    const isTeam = audience === 'team'
    const below = before ?? (isTeam ? state.seq : state.publicSeq) + 1
    const high = isTeam ? below - 1 : below - 1 + state.seq - state.publicSeq
    const items: Item[] = []
    downwards(key, newest, state.firstSeq - 1, Math.min(high, state.seq), (row) => {
      const n = isTeam ? row.seq : row.public_seq
      if (n !== null && n < below && eventKind(row.kind).item) items.push(...toItems(row, audience))
      return items.length <= limit
    })
    return { items: items.slice(0, limit).toReversed(), hasOlder: items.length > limit }
  }

  return {
    load: (workspace, streams, commandIds) =>
      atOnce('load streams', () => {
        const key = workspaceKey(workspace)
        const known = toKnown(findKnown(commandIds.map(toLookupBytes), key))
        return { streams: loadStreams(key, streams), known }
      }),
    openConversations: (workspace, lookups) =>
      atOnce('look for open conversations', () => {
        const identities = new Set(lookups.flatMap((lookup) => lookup.identities))
        const rows = findOpen(Array.from(identities, toLookupBytes), workspaceKey(workspace))
        return newestOpen(rows, lookups)
      }),
    append: (workspace, group) => atOnce('append', () => appendGroup(workspace, group)),
    events: (workspace, stream, audience, after, limit) =>
      atOnce('read events', (): readonly LogEvent[] => readEvents(workspace, stream, audience, after, limit)),
    tails: (workspace, tails, limit) =>
      atOnce(
        'read what came after',
        () =>
          new Map(
            tails.map(({ stream, after }) => [stream.id, readEvents(workspace, stream, 'team', after, limit)] as const),
          ),
      ),
    items: (workspace, conversation, audience, before, limit) =>
      atOnce('read items', () => readItems(workspace, conversation, audience, before, limit)),
  }
}
