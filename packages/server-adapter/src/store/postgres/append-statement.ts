// The statement that appends a group: one for all its streams, one trip to the server, one commit. Streams are locked in
// the order of their ids, so that groups of several nodes wait for each other and never in a circle; a stream that is not
// at its expected number stays as it is, and so do its events. Jobs are armed in the order of their streams.

import { eventKind, recordJson, type KnownCommand, type LogEvent } from '@pendopo/protocol'
import { wakes, type ReaderArming } from '../arming.ts'
import { MOVED_BUCKET_MS, toLastMessageSeq, toMovedAt } from '../sql/columns.ts'
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
    moved_bucket = wanted.moved_at / ${MOVED_BUCKET_MS},
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
  const rows = group.flatMap(toRows)
  const keyOf = new Map(rows.map(({ event }, index) => [event, keys[index] ?? 0]))
  const lastMessages = group.map(({ stream, events }) => {
    const seq = toLastMessageSeq(stream)
    const event = events.find((one) => one.seq === seq)
    return event === undefined ? null : (keyOf.get(event) ?? null)
  })
  const toTarget = (event: LogEvent) => {
    const target = targets.get(event) ?? null
    return typeof target === 'object' && target !== null ? (keyOf.get(target) ?? null) : target
  }
  const streams = [
    byteaArray(group.map(({ stream }) => idBytes(stream.id))),
    int4Array(group.map(({ expectedSeq }) => expectedSeq)),
    int4Array(group.map(({ stream }) => stream.state?.seq ?? 0)),
    textArray(group.map(({ stream }) => toMovingJson(stream))),
    int8Array(group.map(({ stream }) => toMovedAt(stream))),
    int8Array(lastMessages),
    textArray(group.map((append) => wokenBy(append, readers))),
  ]
  const events = [
    int4Array(rows.map(({ n }) => n)),
    int8Array(keys),
    int4Array(rows.map(({ event }) => event.seq)),
    int4Array(rows.map(({ event }) => event.publicSeq)),
    byteaArray(rows.map(({ event }) => toIdBytes(event.command))),
    int8Array(rows.map(({ command }) => command?.digest ?? null)),
    int4Array(rows.map(({ command }) => command?.last.seq ?? null)),
    int4Array(rows.map(({ command }) => command?.last.publicSeq ?? null)),
    textArray(rows.map(({ event }) => event.kind)),
    int4Array(rows.map(({ event }) => toActorCode(event.actor.kind))),
    byteaArray(
      rows.map(({ event: { actor } }) => (actor.kind === 'system' ? Buffer.from(actor.id) : idBytes(actor.id))),
    ),
    int8Array(rows.map(({ event }) => event.at)),
    int4Array(rows.map(({ event }) => toDirection(event))),
    int8Array(rows.map(({ event }) => toTarget(event))),
    textArray(rows.map(({ event }) => toRestJson(event))),
    textArray(rows.map(({ event }) => toBodyJson(event))),
  ]
  const armings = [textArray(readers.map(({ name }) => name)), int8Array(readers.map(({ delayMs }) => delayMs))]
  return { text: TEXT, parameters: [workspace, ...streams, ...events, ...armings, now], isPrepared: true }
}

/** The names of those readers, or `null` where they are none. */
function wokenBy({ stream, events }: Append, readers: readonly ReaderArming[]): string | null {
  const names = readers.flatMap((reader) => (wakes(reader, stream.kind, events) ? [reader.name] : []))
  return names.length === 0 ? null : names.join(',')
}

interface Row {
  /** The place of its stream in the group, from 1. */
  readonly n: number
  readonly event: LogEvent
  /** On the first event of a command only: that one carries its fingerprint. */
  readonly command: KnownCommand | undefined
}

function toRows({ events, known }: Append, index: number): readonly Row[] {
  let next = 0
  return events.map((event) => ({
    n: index + 1,
    event,
    command: known[next]?.first.seq === event.seq ? known[next++] : undefined,
  }))
}

const toBodyJson = ({ kind, content }: LogEvent): string | null =>
  content !== null && eventKind(kind).content === 'own' ? recordJson(content) : null
