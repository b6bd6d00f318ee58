// The statement that appends a group: one for all its streams, one trip to the server, one commit. Streams are locked in
// the order of their ids, so that groups of several nodes wait for each other and never in a circle; a stream that is not
// at its expected number stays as it is, and so do its events. Jobs are armed in the order of their streams.

import { eventKind, recordJson, type KnownCommand, type LogEvent } from '@pendopo/protocol'
import { wakes, type ReaderArming } from '../arming.ts'
import { toLastMessageSeq, toMovedAt } from '../sql/columns.ts'
import { toActorCode, toIdBytes } from '../sql/ids.ts'
import { toDirection, toRestJson } from '../sql/rows.ts'
import { toMovingJson } from '../sql/states.ts'
import type { Query } from '../sql/work.ts'
import type { Append } from '../store.ts'
import { byteaArray, int4Array, int8Array, textArray } from './binary-arrays.ts'
import type { Targets } from './edits.ts'

/**
 * A job that is due this much later than now cannot be claimed before a statement of ours has ended: it need not be
 * locked to be sure that nobody who claims it misses the event.
 */
const OUT_OF_REACH_MS = 60_000

/** Taken once: for each row it would cost as much as half an index entry. */
const NOW = '(select coalesce($27::bigint, cast(extract(epoch from clock_timestamp()) * 1000 as bigint)))'

/** A locked row stays where it is until we write it: it is found again by its place. */
const TEXT = `
with locked as materialized (
  select ctid, id, seq from stream where workspace = $1 and id = any ($2::bytea[]) order by id for no key update
), moved as (
  update stream set
    seq = wanted.seq, moving_json = wanted.moving_json, moved_at = wanted.moved_at,
    last_message = coalesce(wanted.last_message, stream.last_message)
  from locked
    join unnest($2::bytea[], $3::int[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::text[])
      with ordinality as wanted (id, expected, seq, moving_json, moved_at, last_message, wakes, n)
      on wanted.id = locked.id and wanted.expected = locked.seq
  where stream.ctid = locked.ctid and stream.seq = wanted.expected
  returning stream.key, wanted.n, wanted.wakes
), appended as (
  insert into event (
    key, stream, seq, public_seq, workspace, command, digest, last_seq, last_public_seq, kind, actor_kind,
    actor, at, direction, target, rest_json
  )
  select
    incoming.key, moved.key, seq, public_seq, $1, command, digest, last_seq, last_public_seq, kind, actor_kind,
    actor, at, direction, target, rest_json
  from moved join unnest(
    $9::int[], $10::bigint[], $11::int[], $12::int[], $13::bytea[], $14::bigint[], $15::int[], $16::int[],
    $17::text[], $18::int[], $19::bytea[], $20::bigint[], $21::int[], $22::bigint[], $23::text[]
  ) as incoming (
    n, key, seq, public_seq, command, digest, last_seq, last_public_seq,
    kind, actor_kind, actor, at, direction, target, rest_json
  ) on incoming.n = moved.n
), bodies as (
  insert into content (event, body_json)
  select body.key, body_json
  from moved join unnest($9::int[], $10::bigint[], $24::text[]) as body (n, key, body_json) on body.n = moved.n
  where body_json is not null
), armed as (
  insert into job (stream, reader, cursor, next_at, failures, parked)
  select moved.key, reader.name, 0, ${NOW} + reader.delay, 0, 0
  from moved
    join unnest($25::text[], $26::bigint[]) as reader (name, delay) on reader.name = any (string_to_array(moved.wakes, ','))
    left join job on job.stream = moved.key and job.reader = reader.name
  where job.stream is null
    or (job.parked = 0 and (
      job.lease is not null or job.next_at is null
      or job.next_at <= ${NOW} + ${OUT_OF_REACH_MS} or job.next_at > ${NOW} + reader.delay
    ))
  order by moved.key
  on conflict (stream, reader) do update set
    next_at = case when job.lease is null then excluded.next_at else job.next_at end,
    woken_at = case when job.lease is null then null else excluded.next_at end
  where job.parked = 0 and (
    (job.lease is null and (job.next_at is null or job.next_at > excluded.next_at))
    or (job.lease is not null and (job.woken_at is null or job.woken_at > excluded.next_at))
  )
)
select key, n from moved`

export interface MovedRow {
  readonly key: number
  /** Its place in the group, from 1. */
  readonly n: number
}

export interface AppendInput {
  readonly workspace: number
  readonly group: readonly Append[]
  /** For each event of the group. */
  readonly keys: readonly number[]
  readonly targets: Targets
  readonly readers: readonly ReaderArming[]
  readonly idBytes: (id: string) => Buffer
  /** `null`: the database's clock. */
  readonly now: number | null
}

export function toAppendQuery({ workspace, group, keys, targets, readers, idBytes, now }: AppendInput): Query {
  const { moves, rows } = toRows(group, keys)
  const keyOf = new Map(targets.size === 0 ? [] : rows.map(({ event, key }) => [event, key]))
  const toTarget = (event: LogEvent) => {
    const target = targets.get(event) ?? null
    return typeof target === 'object' && target !== null ? (keyOf.get(target) ?? null) : target
  }
  const streams = [
    byteaArray(moves, ({ append }) => idBytes(append.stream.id)),
    int4Array(moves, ({ append }) => append.expectedSeq),
    int4Array(moves, ({ append }) => append.stream.state?.seq ?? 0),
    textArray(moves, ({ append }) => toMovingJson(append.stream)),
    int8Array(moves, ({ append }) => toMovedAt(append.stream)),
    int8Array(moves, ({ lastMessage }) => lastMessage),
    textArray(moves, ({ append }) => wokenBy(append, readers)),
  ]
  const events = [
    int4Array(rows, ({ n }) => n),
    int8Array(rows, ({ key }) => key),
    int4Array(rows, ({ event }) => event.seq),
    int4Array(rows, ({ event }) => event.publicSeq),
    byteaArray(rows, ({ event }) => toIdBytes(event.command)),
    int8Array(rows, ({ command }) => command?.digest ?? null),
    int4Array(rows, ({ command }) => command?.last.seq ?? null),
    int4Array(rows, ({ command }) => command?.last.publicSeq ?? null),
    textArray(rows, ({ event }) => event.kind),
    int4Array(rows, ({ event }) => toActorCode(event.actor.kind)),
    byteaArray(rows, ({ event: { actor } }) => (actor.kind === 'system' ? Buffer.from(actor.id) : idBytes(actor.id))),
    int8Array(rows, ({ event }) => event.at),
    int4Array(rows, ({ event }) => toDirection(event)),
    int8Array(rows, ({ event }) => toTarget(event)),
    textArray(rows, ({ event }) => toRestJson(event)),
    textArray(rows, ({ event }) => toBodyJson(event)),
  ]
  const armings = [textArray(readers, ({ name }) => name), int8Array(readers, ({ delayMs }) => delayMs)]
  return { text: TEXT, parameters: [workspace, ...streams, ...events, ...armings, now], isPrepared: true }
}

/** The names of those readers, or `null` where they are none. */
function wokenBy({ stream, events }: Append, readers: readonly ReaderArming[]): string | null {
  const names = readers.flatMap((reader) => (wakes(reader, stream.kind, events) ? [reader.name] : []))
  return names.length === 0 ? null : names.join(',')
}

interface Move {
  readonly append: Append
  /** The key of the newest message, where it is among the events. */
  readonly lastMessage: number | null
}

interface Row {
  /** The place of its stream in the group, from 1. */
  readonly n: number
  readonly key: number
  readonly event: LogEvent
  /** On the first event of a command only: that one carries its fingerprint. */
  readonly command: KnownCommand | undefined
}

function toRows(group: readonly Append[], keys: readonly number[]) {
  const moves: Move[] = []
  const rows: Row[] = []
  for (const append of group) {
    const newest = toLastMessageSeq(append.stream)
    const { events, known } = append
    let lastMessage: number | null = null
    let next = 0
    for (const event of events) {
      const command = known[next]?.first.seq === event.seq ? known[next++] : undefined
      const key = keys[rows.length] ?? 0
      if (event.seq === newest) lastMessage = key
      rows.push({ n: moves.length + 1, key, event, command })
    }
    moves.push({ append, lastMessage })
  }
  return { moves, rows }
}

const toBodyJson = ({ kind, content }: LogEvent): string | null =>
  content !== null && eventKind(kind).content === 'own' ? recordJson(content) : null
