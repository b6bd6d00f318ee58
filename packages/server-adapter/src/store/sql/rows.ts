// Between stored rows and the protocol's types. JSON in the database was written by us from checked values: reading it
// back is the parse border.

import { eventKind, isFromContact, type Content, type LogEvent } from '@pendopo/protocol'
import { toActor, toIdText } from './ids.ts'

export interface EventRow {
  readonly seq: number
  readonly public_seq: number | null
  readonly command: Buffer
  readonly kind: string
  readonly actor_kind: number
  readonly actor: Buffer
  readonly at: number
  readonly rest_json: string | null
  /** Of the event itself or, for an edit, of the event it edits. */
  readonly body_json: string | null
}

/** What of an envelope has no column of its own. */
type Rest = Pick<LogEvent, 'author' | 'origin' | 'occurredAt'> & { data?: LogEvent['data'] }

export function toRestJson({ author, origin, occurredAt, data }: LogEvent): string | null {
  // Most messages.
  if (author === undefined && origin === undefined && !hasKeys(data))
    return occurredAt === undefined ? null : `{"occurredAt":${occurredAt}}`
  const rest: Rest = {
    ...(author !== undefined && { author }),
    ...(origin !== undefined && { origin }),
    ...(occurredAt !== undefined && { occurredAt }),
    ...(hasKeys(data) && { data }),
  }
  return hasKeys(rest) ? JSON.stringify(rest) : null
}

function hasKeys(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true
  return false
}
const parseRest = (json: string): Rest => JSON.parse(json)
const parseContent = (json: string): Content => JSON.parse(json)

export function toLogEvent(row: EventRow): LogEvent {
  const { data = {}, ...rest } = row.rest_json === null ? {} : parseRest(row.rest_json)
  const removes = eventKind(row.kind).content === 'removes'
  return {
    seq: row.seq,
    publicSeq: row.public_seq,
    kind: row.kind,
    command: toIdText(row.command),
    actor: toActor(row.actor_kind, row.actor),
    at: row.at,
    data,
    content: row.body_json === null || removes ? null : parseContent(row.body_json),
    ...rest,
  }
}

export const FROM_CONTACT = 1
export const TO_CONTACT = 2

/** Whose unread count the event raises, if anybody's. */
export function toDirection(event: LogEvent): number | null {
  if (!eventKind(event.kind).unread) return null
  return isFromContact(event) ? FROM_CONTACT : TO_CONTACT
}
