// What came after a number in many streams at once, for fan-out to sockets whose node has only heard that they grew.

import { toLookupBytes } from '../sql/ids.ts'
import { EVENT_COLUMNS, type StoredEvent } from '../sql/log-queries.ts'
import type { Work } from '../sql/work.ts'
import type { Tail } from '../store.ts'

interface TailRow extends StoredEvent {
  readonly stream_id: Buffer
}

/** A range of the index for each stream, all in one question. */
const TAILS = `
  select stream.id as stream_id, found.*
  from unnest($2::bytea[], $3::text[], $4::int[]) as tail (id, kind, after)
  join stream on stream.id = tail.id and stream.workspace = $1 and stream.kind = tail.kind
  cross join lateral (
    select ${EVENT_COLUMNS.join(', ')}
    from event left join content on content.event = coalesce(event.target, event.key)
    where event.stream = stream.key and event.seq > tail.after
    order by event.seq limit $5
  ) as found
  order by stream.id, found.seq`

export function* readTails(workspace: number, tails: readonly Tail[], limit: number): Work<readonly TailRow[]> {
  const ids = tails.map(({ stream }) => toLookupBytes(stream.id))
  const kinds = tails.map(({ stream }) => stream.kind)
  const afters = tails.map(({ after }) => after)
  const { rows } = yield { text: TAILS, parameters: [workspace, ids, kinds, afters, limit], isPrepared: true }
  // The query above says what its rows are.
  return rows as readonly TailRow[]
}
