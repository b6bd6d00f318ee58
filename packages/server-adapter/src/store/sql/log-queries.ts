// What both databases ask of the log in the same words, and how the rows are read. Where they differ is how a stream's
// events are found: see `log-store.ts` of each.

import {
  toWireEvent,
  type Audience,
  type Item,
  type KnownCommand,
  type StreamRef,
  type StreamState,
} from '@pendopo/protocol'
import type { Kysely } from 'kysely'
import type { OpenLookup } from '../store.ts'
import { toActor, toIdText } from './ids.ts'
import { toLogEvent, type EventRow } from './rows.ts'
import type { ListSlot, Slot } from './slots.ts'
import type { Tables } from './tables.ts'

/** An event with what became of its content since. */
export const EVENT_COLUMNS = [
  'event.seq',
  'event.public_seq',
  'event.command',
  'event.kind',
  'event.actor_kind',
  'event.actor',
  'event.at',
  'event.rest_json',
  'content.body_json',
  'content.edited_at',
  'content.retracted',
] as const

export interface StoredEvent extends EventRow {
  readonly edited_at: number | null
  readonly retracted: number | null
}

/** The commands of a group that are in the log already: only the first event of a command has its digest. */
export const knownCommands = (db: Kysely<Tables>) => (commands: ListSlot<Buffer>, workspace: Slot<number>) =>
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
    .where('event.digest', 'is not', null)

/** Only whether they are there: for an append that ran into one of them. */
export const storedCommands = (db: Kysely<Tables>) => (commands: ListSlot<Buffer>, workspace: Slot<number>) =>
  db
    .selectFrom('event')
    .select('command')
    .where('command', 'in', commands)
    .where('workspace', '=', workspace)
    .where('digest', 'is not', null)

interface KnownRow {
  readonly command: Buffer
  readonly stream: Buffer
  readonly digest: number | null
  readonly actor_kind: number
  readonly actor: Buffer
  readonly seq: number
  readonly public_seq: number | null
  readonly at: number
  readonly last_seq: number | null
  readonly last_public_seq: number | null
}

export function toKnown(rows: readonly KnownRow[]): ReadonlyMap<string, KnownCommand> {
  const known = new Map<string, KnownCommand>()
  for (const row of rows) {
    const id = toIdText(row.command)
    known.set(id, {
      id,
      stream: toIdText(row.stream),
      actor: toActor(row.actor_kind, row.actor),
      digest: row.digest ?? 0,
      first: { seq: row.seq, publicSeq: row.public_seq, at: row.at },
      // All events of a command are numbered in one go, at one time.
      last: { seq: row.last_seq ?? row.seq, publicSeq: row.last_public_seq, at: row.at },
    })
  }
  return known
}

/** Open conversations that any of these identities takes part in. */
export const openConversations = (db: Kysely<Tables>) => (identities: ListSlot<Buffer>, workspace: Slot<number>) =>
  db
    .selectFrom('stream_identity')
    .innerJoin('stream', 'stream.key', 'stream_identity.stream')
    .select(['stream_identity.identity', 'stream.id', 'stream.channel', 'stream.opened_at'])
    .where('stream_identity.identity', 'in', identities)
    .where('stream.workspace', '=', workspace)
    .where('stream.status', '=', 'open')

interface OpenRow {
  readonly identity: Buffer
  readonly id: Buffer
  readonly channel: string | null
  readonly opened_at: number | null
}

/** For each lookup the newest conversation that fits; of two that were opened at one time, the one with the larger id. */
export function newestOpen(rows: readonly OpenRow[], lookups: readonly OpenLookup[]): readonly (string | null)[] {
  const newestFirst = rows
    .map(({ identity, id, channel, opened_at: openedAt }) => ({
      identity: toIdText(identity),
      id: toIdText(id),
      channel,
      openedAt: openedAt ?? 0,
    }))
    .sort((one, other) => other.openedAt - one.openedAt || (one.id < other.id ? 1 : -1))
  return lookups.map(
    ({ channel, identities }) =>
      newestFirst.find((row) => row.channel === channel && identities.includes(row.identity))?.id ?? null,
  )
}

/** A state for each stream that was asked for. An id of another kind of stream is not that stream. */
export function withAbsent(
  found: ReadonlyMap<string, StreamState>,
  refs: readonly StreamRef[],
): ReadonlyMap<string, StreamState> {
  const states = new Map(found)
  for (const { kind, id } of refs) if (states.get(id)?.kind !== kind) states.set(id, { kind, id, state: null })
  return states
}

/** The message or note as it is now; none where the audience may not see it. */
export function toItems(row: StoredEvent, audience: Audience): readonly Item[] {
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
