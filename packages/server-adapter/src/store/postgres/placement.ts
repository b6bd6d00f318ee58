// What of a stream changes seldom: that it is there at all, its resting state, who may see it and in which lists it is.
// A statement for all streams of a group each time.

import type { StreamState } from '@pendopo/protocol'
import { toIdBytes, toIdText } from '../sql/ids.ts'
import type { Work } from '../sql/work.ts'

interface Placed {
  readonly stream: StreamState
  readonly key: number
}

const CREATE = `
  insert into stream (workspace, id, kind, seq, moving_json)
  select $1, id, kind, 0, '{}' from unnest($2::bytea[], $3::text[]) as made (id, kind) order by id
  on conflict (id, workspace) do nothing
  returning id`

/** Creates rows at number 0, in the order of their ids; returns the ids of those that were not there. */
export function* createStreams(workspace: number, streams: readonly StreamState[]): Work<ReadonlySet<string>> {
  if (streams.length === 0) return new Set()
  const parameters = [workspace, streams.map(({ id }) => toIdBytes(id)), streams.map(({ kind }) => kind)]
  const { rows } = yield { text: CREATE, parameters, isPrepared: true }
  return new Set((rows as readonly { id: Buffer }[]).map(({ id }) => toIdText(id)))
}

const REST = `
  insert into stream_state (stream, state_json)
  select * from unnest($1::bigint[], $2::text[])
  on conflict (stream) do update set state_json = excluded.state_json`

const PLACE = `
  update stream set
    channel = placed.channel, status = placed.status, team = placed.team, assignee = placed.assignee,
    opened_at = placed.opened_at
  from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bigint[])
    as placed (key, channel, status, team, assignee, opened_at)
  where stream.key = placed.key`

const replaceMembers = (table: string, column: string) => `
  with wanted as (select * from unnest($2::bigint[], $3::bytea[]) as wanted (stream, id)),
  gone as (
    delete from ${table} where stream = any ($1::bigint[])
      and not exists (select from wanted where wanted.stream = ${table}.stream and wanted.id = ${table}.${column})
  )
  insert into ${table} (stream, ${column}) select stream, id from wanted on conflict do nothing`
const PARTICIPANTS = replaceMembers('stream_participant', 'agent')
const IDENTITIES = replaceMembers('stream_identity', 'identity')

/** Writes the resting part of these streams. */
export function* replaceRest(placed: readonly Placed[]): Work<void> {
  if (placed.length === 0) return
  const states = placed.map(({ stream }) => JSON.stringify(stream.state))
  yield { text: REST, parameters: [placed.map(({ key }) => key), states], isPrepared: true }
  const conversations = placed.flatMap(({ stream, key }) =>
    stream.kind === 'conversation' && stream.state !== null ? [{ key, state: stream.state }] : [],
  )
  if (conversations.length === 0) return
  const keys = conversations.map(({ key }) => key)
  const columns = [
    conversations.map(({ state }) => state.channel),
    conversations.map(({ state }) => state.status),
    conversations.map(({ state }) => toBytes(state.team)),
    conversations.map(({ state }) => toBytes(state.assignee)),
    conversations.map(({ state }) => state.openedAt),
  ]
  yield { text: PLACE, parameters: [keys, ...columns], isPrepared: true }
  for (const [text, members] of [
    [PARTICIPANTS, conversations.map(({ key, state }) => ({ key, ids: state.participants }))],
    [IDENTITIES, conversations.map(({ key, state }) => ({ key, ids: state.identities }))],
  ] as const) {
    const rows = members.flatMap(({ key, ids }) => Array.from(new Set(ids), (id) => ({ key, id: toIdBytes(id) })))
    const parameters = [keys, rows.map(({ key }) => key), rows.map(({ id }) => id)]
    yield { text, parameters, isPrepared: true }
  }
}

const toBytes = (id: string | null): Buffer | null => (id === null ? null : toIdBytes(id))
