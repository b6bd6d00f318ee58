// Messages take their files in the transaction that appends them: a file that is gone, or another conversation's, is a
// conflict of the stream that wanted it.

import { filesIn, type LogEvent } from '@pendopo/protocol'
import type { Work } from '../sql/work.ts'

export const hasFiles = ({ content }: LogEvent): boolean => filesIn(content).length > 0

const TAKE = `
  update file set stream = wanted.stream, event = event.key
  from unnest($2::bigint[], $3::int[], $4::text[]) as wanted (stream, seq, id)
    join event on event.stream = wanted.stream and event.seq = wanted.seq
  where file.id = wanted.id and file.workspace = $1 and file.type is not null
    and (file.stream is null or file.stream = wanted.stream)
  returning file.id, wanted.stream`

interface Appended {
  readonly position: number
  readonly key: number
  readonly events: readonly LogEvent[]
}

/** Gives files to their messages; returns the positions of those that did not get all of theirs. */
export function* takeFiles(workspace: number, appended: readonly Appended[]): Work<ReadonlySet<number>> {
  const wanted = appended.flatMap(({ position, key, events }) =>
    events.flatMap(({ seq, content }) => filesIn(content).map((id) => ({ position, key, seq, id }))),
  )
  if (wanted.length === 0) return new Set()
  const parameters = [workspace, wanted.map(({ key }) => key), wanted.map(({ seq }) => seq), wanted.map(({ id }) => id)]
  const { rows } = yield { text: TAKE, parameters, isPrepared: true }
  // The query above says what its rows are.
  const taken = new Map((rows as readonly { id: string; stream: number }[]).map(({ id, stream }) => [id, stream]))
  const lost = new Set<number>()
  for (const { id, key, position } of wanted) {
    if (taken.get(id) !== key) lost.add(position)
    // Named twice, it is given once.
    taken.delete(id)
  }
  return lost
}
