// Reading the log: what a group needs to be decided, events after a number, pages of items. Appending is `append.ts`.
//
// Participants' numbers have no index: an event's public number is at most its number, and behind by at most the count
// of internal events, which bounds the stretch of the stream to look at.

import {
  eventKind,
  toWireEvent,
  type Audience,
  type Item,
  type KnownCommand,
  type LogEvent,
  type StreamRef,
  type StreamState,
} from '@pendopo/protocol'
import type { ReaderArming } from '../arming.ts'
import type { LogStore, OpenLookup } from '../store.ts'
import { createAppend } from './append.ts'
import type { Connection } from './connection.ts'
import { createEventRanges, type StoredEvent } from './event-ranges.ts'
import { toActor, toIdText, toLookupBytes } from './ids.ts'
import { toLogEvent } from './rows.ts'
import type { ListSlot, Slot } from './statements.ts'
import { STATE_COLUMNS, toConversationState, toStreamState } from './states.ts'
import type { CachedStream } from './stream-cache.ts'

export function createLogStore(connection: Connection, readers: readonly ReaderArming[]): LogStore {
  const { db, statements, cache, workspaceKey, read } = connection
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
  const findKnown = statements.listIn((commands: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('event')
      .innerJoin('stream', 'stream.key', 'event.stream')
      .select([
        'event.command',
        'event.digest',
        'event.actor_kind',
        'event.actor',
        'event.seq',
        'event.public_seq',
        'event.at',
        'event.last_seq',
        'event.last_public_seq',
        'stream.id as stream',
      ])
      .where('event.command', 'in', commands)
      .where('event.workspace', '=', workspace)
      .where('event.digest', 'is not', null),
  )
  const findOpen = statements.listIn((identities: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream_identity')
      .innerJoin('stream', 'stream.key', 'stream_identity.stream')
      .select(['stream_identity.identity', 'stream.id', 'stream.channel', 'stream.opened_at'])
      .where('stream_identity.identity', 'in', identities)
      .where('stream.workspace', '=', workspace)
      .where('stream.status', '=', 'open'),
  )
  const findStream = statements.get((id: Slot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['key', 'kind', 'last_event', ...STATE_COLUMNS])
      .where('id', '=', id)
      .where('workspace', '=', workspace),
  )

  const toKnown = (row: ReturnType<typeof findKnown>[number]): KnownCommand => ({
    id: toIdText(row.command),
    stream: toIdText(row.stream),
    actor: toActor(row.actor_kind, row.actor),
    digest: row.digest ?? 0,
    first: { seq: row.seq, publicSeq: row.public_seq, at: row.at },
    // All events of a command are numbered in one go, at one time.
    last: { seq: row.last_seq ?? row.seq, publicSeq: row.last_public_seq, at: row.at },
  })

  /** Which of these entries are as the database has them. */
  function stillTrue(workspace: number, entries: readonly CachedStream[]): readonly CachedStream[] {
    const numbers = findNumbers(
      entries.map(({ key }) => key),
      workspace,
    )
    const seqs = new Map(numbers.map(({ key, seq }) => [key, seq]))
    return entries.filter(({ key, seq }) => seqs.get(key) === seq)
  }

  function loadStreams(
    workspace: number,
    refs: readonly StreamRef[],
    trusted: (entries: readonly CachedStream[]) => readonly CachedStream[],
  ): ReadonlyMap<string, StreamState> {
    const ids = new Set(refs.map(({ id }) => id))
    const cached = Array.from(ids, (id) => cache.find(workspace, id)).filter((entry) => entry !== undefined)
    const states = new Map(trusted(cached).map(({ stream }) => [stream.id, stream]))
    const missing = Array.from(ids).filter((id) => !states.has(id))
    for (const row of findStreams(missing.map(toLookupBytes), workspace)) {
      const stream = toStreamState(row)
      const { key, seq, lastEvent, lastMessage } = row
      cache.keep({ workspace, key, seq, stream, lastEvent, lastMessage })
      states.set(stream.id, stream)
    }
    // An id of another kind of stream is not the stream that was asked for.
    for (const { kind, id } of refs) if (states.get(id)?.kind !== kind) states.set(id, { kind, id, state: null })
    return states
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
    downwards(key, newest, 0, Math.min(high, state.seq), (row) => {
      const n = isTeam ? row.seq : row.public_seq
      if (n !== null && n < below && eventKind(row.kind).item) items.push(...toItem(row, audience))
      return items.length <= limit
    })
    return { items: items.slice(0, limit).toReversed(), hasOlder: items.length > limit }
  }

  return {
    load: (workspace, streams, commandIds) =>
      read('load streams', () => {
        const key = workspaceKey(workspace)
        const known = findKnown(commandIds.map(toLookupBytes), key).map(toKnown)
        const found = loadStreams(key, streams, (entries) => stillTrue(key, entries))
        return { streams: found, known: new Map(known.map((command) => [command.id, command])) }
      }),
    recall: (workspace, streams) =>
      read('recall streams', () => loadStreams(workspaceKey(workspace), streams, (entries) => entries)),
    openConversations: (workspace, lookups) =>
      read('look for open conversations', () => {
        const identities = new Set(lookups.flatMap((lookup) => lookup.identities))
        const rows = findOpen(Array.from(identities, toLookupBytes), workspaceKey(workspace))
        const open = rows
          .map(({ identity, id, channel, opened_at: openedAt }) => ({
            identity: toIdText(identity),
            id: toIdText(id),
            channel,
            openedAt: openedAt ?? 0,
          }))
          .sort((one, other) => other.openedAt - one.openedAt || (one.id < other.id ? 1 : -1))
        return lookups.map((lookup) => newestOf(open, lookup))
      }),
    append: (workspace, group) => read('append', () => appendGroup(workspace, group)),
    events: (workspace, stream, audience, after, limit) =>
      read('read events', (): readonly LogEvent[] => readEvents(workspace, stream, audience, after, limit)),
    items: (workspace, conversation, audience, before, limit) =>
      read('read items', () => readItems(workspace, conversation, audience, before, limit)),
  }
}

interface OpenRow {
  readonly identity: string
  readonly id: string
  readonly channel: string | null
}

const newestOf = (open: readonly OpenRow[], { channel, identities }: OpenLookup): string | null =>
  open.find((row) => row.channel === channel && identities.includes(row.identity))?.id ?? null

function toItem(row: StoredEvent, audience: Audience): readonly Item[] {
  const event = toWireEvent(toLogEvent(row), audience)
  if (event === null) return []
  return [
    {
      ...event,
      ...(row.edited_at !== null && { editedAt: row.edited_at }),
      ...(row.retracted !== null && { retracted: true }),
    },
  ]
}
