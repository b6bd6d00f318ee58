// Reading the log: what a group needs to be decided, events after a number, pages of items. Appending is `append.ts`.
//
// Participants' numbers have no index of their own: an event's public number is at most its number, and behind by at
// most the count of internal events, which bounds the stretch of the (stream, seq) index to look at.

import {
  EVENT_KINDS,
  toWireEvent,
  type Audience,
  type Item,
  type KnownCommand,
  type LogEvent,
  type StreamRef,
  type StreamState,
} from '@pendopo/protocol'
import { sql } from 'kysely'
import type { ReaderArming } from '../arming.ts'
import type { LogStore, OpenLookup } from '../store.ts'
import { createAppend } from './append.ts'
import type { Connection } from './connection.ts'
import { toActor, toIdText, toLookupBytes } from './ids.ts'
import { toConversationState, toLogEvent, toStreamState } from './rows.ts'
import type { ListSlot, Slot } from './statements.ts'

const KINDS_WITHOUT_ITEM = Object.entries(EVENT_KINDS).flatMap(([kind, { item }]) => (item ? [] : [kind]))

export function createLogStore(connection: Connection, readers: readonly ReaderArming[]): LogStore {
  const { db, statements, workspaceKey, read } = connection
  const appendGroup = createAppend(connection, readers)

  const findStreams = statements.listIn((ids: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .select(['id', 'kind', 'state_json'])
      .where('id', 'in', ids)
      .where('workspace', '=', workspace),
  )
  const findKnown = statements.listIn((commands: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('event as first')
      .innerJoin('stream', 'stream.key', 'first.stream')
      .innerJoin('event as last', (join) =>
        join
          .onRef('last.stream', '=', 'first.stream')
          .on((on) => on('last.seq', '=', on(on('first.seq', '+', on.ref('first.span')), '-', 1))),
      )
      .select([
        'first.command',
        'first.digest',
        'first.actor_kind',
        'first.actor',
        'first.seq as first_seq',
        'first.public_seq as first_public_seq',
        'first.at as first_at',
        'last.seq as last_seq',
        'last.public_seq as last_public_seq',
        'last.at as last_at',
        'stream.id as stream',
      ])
      .where('first.command', 'in', commands)
      .where('first.workspace', '=', workspace)
      .where('first.digest', 'is not', null),
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
      .select(['key', 'kind', 'seq', 'state_json'])
      .where('id', '=', id)
      .where('workspace', '=', workspace),
  )

  const events = db
    .selectFrom('event')
    .leftJoin('content', (join) =>
      join.on((on) => on('content.event', '=', on.fn.coalesce('event.target', 'event.key'))),
    )
    .select([
      'event.seq',
      'event.public_seq',
      'event.command',
      'event.kind',
      'event.actor_kind',
      'event.actor',
      'event.at',
      'event.rest_json',
      'content.body_json',
    ])
  const teamEvents = statements.list((stream: Slot<number>, after: Slot<number>, limit: Slot<number>) =>
    events
      .where('event.stream', '=', stream)
      .where('event.seq', '>', after)
      .orderBy('event.seq')
      .limit(limit),
  )
  const publicEvents = statements.list((stream: Slot<number>, after: Slot<number>, limit: Slot<number>) =>
    events
      .where('event.stream', '=', stream)
      .where('event.seq', '>', after)
      .where('event.public_seq', '>', after)
      .orderBy('event.seq')
      .limit(limit),
  )
  const items = events
    .select(['content.edited_at', 'content.retracted'])
    .where('event.kind', 'not in', KINDS_WITHOUT_ITEM)
    .orderBy('event.seq', 'desc')
  const teamItems = statements.list((stream: Slot<number>, before: Slot<number>, limit: Slot<number>) =>
    items.where('event.stream', '=', stream).where('event.seq', '<', before).limit(limit),
  )
  const publicItems = statements.list(
    (stream: Slot<number>, before: Slot<number>, internal: Slot<number>, limit: Slot<number>) =>
      items
        .where('event.stream', '=', stream)
        .where('event.seq', '<', sql<number>`${before} + ${internal}`)
        .where('event.public_seq', '<', before)
        .limit(limit),
  )

  const toKnown = (row: ReturnType<typeof findKnown>[number]): KnownCommand => ({
    id: toIdText(row.command),
    stream: toIdText(row.stream),
    actor: toActor(row.actor_kind, row.actor),
    digest: row.digest ?? 0,
    first: { seq: row.first_seq, publicSeq: row.first_public_seq, at: row.first_at },
    last: { seq: row.last_seq, publicSeq: row.last_public_seq, at: row.last_at },
  })

  function loadStreams(workspace: number, refs: readonly StreamRef[]): ReadonlyMap<string, StreamState> {
    const found = new Map<string, StreamState>()
    for (const { kind, id } of refs) found.set(id, { kind, id, state: null })
    const ids = Array.from(found.keys(), toLookupBytes)
    for (const row of findStreams(ids, workspace)) {
      const stream = toStreamState(row)
      // An id of another kind of stream is not the stream that was asked for.
      if (found.get(stream.id)?.kind === stream.kind) found.set(stream.id, stream)
    }
    return found
  }

  function readEvents(workspace: string, { id, kind }: StreamRef, audience: Audience, after: number, limit: number) {
    const stream = findStream(toLookupBytes(id), workspaceKey(workspace))
    if (stream === undefined || stream.kind !== kind) return []
    const rows = audience === 'team' ? teamEvents(stream.key, after, limit) : publicEvents(stream.key, after, limit)
    return rows.map(toLogEvent)
  }

  function readItems(workspace: string, id: string, audience: Audience, before: number | null, limit: number) {
    const stream = findStream(toLookupBytes(id), workspaceKey(workspace))
    if (stream === undefined || stream.kind !== 'conversation') return { items: [], hasOlder: false }
    const state = toConversationState(stream.state_json)
    const rows =
      audience === 'team'
        ? teamItems(stream.key, before ?? state.seq + 1, limit + 1)
        : publicItems(stream.key, before ?? state.publicSeq + 1, state.seq - state.publicSeq, limit + 1)
    const page = rows.slice(0, limit).toReversed()
    return { items: page.flatMap((row) => toItem(row, audience)), hasOlder: rows.length > limit }
  }

  return {
    load: (workspace, streams, commandIds) =>
      read('load streams', () => {
        const key = workspaceKey(workspace)
        const known = findKnown(commandIds.map(toLookupBytes), key).map(toKnown)
        return { streams: loadStreams(key, streams), known: new Map(known.map((command) => [command.id, command])) }
      }),
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

type ItemRow = Parameters<typeof toLogEvent>[0] & { readonly edited_at: number | null; readonly retracted: number | null }

function toItem(row: ItemRow, audience: Audience): readonly Item[] {
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
