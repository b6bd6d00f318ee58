// Edits, retractions and erasures: content rows change, envelopes never do. A message that is edited may have been
// appended long ago or by the same group; of several edits of it in one group the last one stays.

import { EVENT_KINDS, eventKind, type LogEvent } from '@pendopo/protocol'
import { toIdText, toLookupBytes } from '../sql/ids.ts'
import type { Work } from '../sql/work.ts'
import type { Append } from '../store.ts'

/**
 * For each edit the key of the event it is about, or that event itself where the same group appends it. Edits of what is
 * not in their stream are missing.
 */
export type Targets = ReadonlyMap<LogEvent, number | LogEvent>

const OWN_CONTENT = Object.entries(EVENT_KINDS).flatMap(([kind, { content }]) => (content === 'own' ? [kind] : []))

/** A message's id is its command's, and the message need not be the first event of that command. */
const FIND = `
  select distinct on (first.command) first.command, stream.id as stream, event.key
  from event as first
    join stream on stream.key = first.stream
    join event on event.stream = first.stream
      and event.seq between first.seq and coalesce(first.last_seq, first.seq)
      and event.kind = any ($3::text[])
  where first.workspace = $1 and first.command = any ($2::bytea[]) and first.digest is not null
  order by first.command, event.seq`

interface TargetRow {
  readonly command: Buffer
  readonly stream: Buffer
  readonly key: number
}

export const changesContent = ({ kind }: LogEvent): boolean => {
  const { content } = eventKind(kind)
  return content === 'replaces' || content === 'removes'
}

export function* findTargets(workspace: number, group: readonly Append[]): Work<Targets> {
  const targets = new Map<LogEvent, number | LogEvent>()
  const elsewhere: { readonly edit: LogEvent; readonly message: string; readonly stream: string }[] = []
  for (const { stream, events } of group)
    for (const edit of events) {
      const { message } = edit.data
      if (!changesContent(edit) || typeof message !== 'string') continue
      const here = events.find(
        ({ command, kind, seq }) => command === message && eventKind(kind).content === 'own' && seq < edit.seq,
      )
      if (here === undefined) elsewhere.push({ edit, message, stream: stream.id })
      else targets.set(edit, here)
    }
  if (elsewhere.length === 0) return targets
  const commands = elsewhere.map(({ message }) => toLookupBytes(message))
  const { rows } = yield { text: FIND, parameters: [workspace, commands, OWN_CONTENT], isPrepared: true }
  // The query above says what its rows are.
  const found = new Map((rows as readonly TargetRow[]).map((row) => [toIdText(row.command), row]))
  for (const { edit, message, stream } of elsewhere) {
    const row = found.get(message)
    if (row !== undefined && toIdText(row.stream) === stream) targets.set(edit, row.key)
  }
  return targets
}

const APPLY = `
  insert into content (event, body_json, edited_at, retracted)
  select event.target, edit.body_json, edit.edited_at, edit.retracted
  from unnest($1::bigint[], $2::int[], $3::text[], $4::bigint[], $5::int[])
      as edit (stream, seq, body_json, edited_at, retracted)
    join event on event.stream = edit.stream and event.seq = edit.seq
  where event.target is not null
  on conflict (event) do update set
    body_json = excluded.body_json,
    edited_at = coalesce(excluded.edited_at, content.edited_at),
    retracted = coalesce(excluded.retracted, content.retracted)`

interface Edit {
  readonly stream: number
  readonly seq: number
  readonly body: string | null
  readonly editedAt: number | null
  readonly retracted: number | null
}

/** Does to the content of appended events what the event-kind table says. */
export function* applyEdits(appended: readonly (Append & { readonly key: number })[]): Work<void> {
  const edits = new Map<string, Edit>()
  for (const { key, events } of appended)
    for (const event of events) {
      const { message } = event.data
      if (!changesContent(event) || typeof message !== 'string') continue
      const id = `${key}/${message}`
      edits.set(id, toEdit(key, event, edits.get(id)))
    }
  if (edits.size === 0) return
  const all = [...edits.values()]
  const parameters = [
    all.map(({ stream }) => stream),
    all.map(({ seq }) => seq),
    all.map(({ body }) => body),
    all.map(({ editedAt }) => editedAt),
    all.map(({ retracted }) => retracted),
  ]
  yield { text: APPLY, parameters, isPrepared: true }
}

function toEdit(stream: number, { kind, seq, at, content }: LogEvent, before: Edit | undefined): Edit {
  const replaces = eventKind(kind).content === 'replaces'
  return {
    stream,
    seq,
    body: replaces && content !== null ? JSON.stringify(content) : null,
    editedAt: replaces ? at : (before?.editedAt ?? null),
    retracted: kind === 'message.retracted' ? 1 : (before?.retracted ?? null),
  }
}
