// The tables as Kysely types. Columns named `*_json` hold JSON text that only we write; times are milliseconds; flags
// are 0 and 1. `stream.key` is a small integer that stands for (workspace, id) in every table that grows.

import type { ColumnType, Generated } from 'kysely'

export interface Tables {
  migration: { name: string }
  workspace: WorkspaceTable
  site: SiteTable
  agent: AgentTable
  session: SessionTable
  two_step: TwoStepTable
  recovery_code: { agent: string; hash: string }
  cell: { scope: string; key: string; value: string; written_at: number }
  contact: ContactTable
  identity: IdentityTable
  stream: StreamTable
  stream_state: StreamStateTable
  stream_participant: { stream: number; agent: Buffer }
  stream_identity: { stream: number; identity: Buffer }
  event: EventTable
  content: ContentTable
  mark: MarkTable
  job: JobTable
  file: FileTable
}

interface WorkspaceTable {
  key: Generated<number>
  id: string
  created_at: number
}

interface SiteTable {
  id: string
  workspace: number
  name: string
  origins_json: string
  site_key: string
  secret: string
  config_json: string
  created_at: number
  identity_keys_json: string | null
}

interface AgentTable {
  id: string
  workspace: number
  email: string
  /** Lower case: an address is unique however it is written. */
  email_key: string
  name: string
  role: string
  sight: string
  teams_json: string
  password_hash: string
  active: number
  created_at: number
}

interface SessionTable {
  token_hash: string
  agent: string
  created_at: number
  used_at: number
}

interface TwoStepTable {
  agent: string
  secret: string
  /** The newest step whose code was used; `null` until a first one has turned it on. */
  last_step: number | null
  created_at: number
}

interface ContactTable {
  id: string
  workspace: number
  name: string
  email: string | null
  created_at: number
}

interface IdentityTable {
  id: string
  workspace: number
  contact: string
  channel: string
  kind: string
  /** `null` once an anonymous token has lapsed: the identity stays, nothing leads to it. */
  lookup_key: string | null
  created_at: number
  used_at: number
  /** When its token was given up, and the signed-in identity that took it over. */
  retired_at: number | null
  claimed_by: string | null
}

interface StreamTable {
  key: Generated<number>
  workspace: number
  id: Buffer
  kind: string
  seq: number
  /** What of the state moves with every message; see `states.ts`. */
  moving_json: string
  /** From here on the columns repeat what lists are queried by, and are null for other kinds. */
  moved_at: number | null
  /** The bucket that it is in, see `columns.ts`: what indexes have of it. Postgres derives it by itself. */
  moved_bucket: number | null
  /** Keys of the newest event (SQLite), and of the newest message. */
  last_event: number | null
  last_message: number | null
  channel: string | null
  status: string | null
  team: Buffer | null
  assignee: Buffer | null
  opened_at: number | null
}

interface StreamStateTable {
  stream: number
  state_json: string
}

interface EventTable {
  key: Generated<number>
  stream: number
  /** SQLite: the event before it in the stream, which is how a stream is read, see `event-ranges.ts`. */
  previous: number | null
  seq: number
  public_seq: number | null
  workspace: number
  command: Buffer
  /** On the first event of a command only: the fingerprint of its body, and the numbers of its last event. */
  digest: number | null
  last_seq: number | null
  last_public_seq: number | null
  kind: string
  actor_kind: number
  actor: Buffer
  at: number
  /** For events that count as unread: 1 from the contact, 2 to them. */
  direction: number | null
  /** The event whose content this one replaces or removes. */
  target: number | null
  /** The rest of the envelope (data, author, origin, occurredAt) where there is any. */
  rest_json: string | null
}

interface ContentTable {
  /** The key of the event. */
  event: ColumnType<number, number, never>
  /** `null` once erased or retracted. */
  body_json: string | null
  edited_at: number | null
  retracted: number | null
}

interface MarkTable {
  stream: number
  reader_kind: number
  reader: Buffer
  seq: number
  public_seq: number
  /** Messages to this reader's side up to the mark: unread is the stream's counter less this. */
  counted: number
}

interface JobTable {
  stream: number
  reader: string
  cursor: number
  /** When it can be claimed: its due time, or the end of the present lease. `null`: asleep until an event, or parked. */
  next_at: number | null
  /** Due time set by an event while the job was claimed. */
  woken_at: number | null
  lease: string | null
  failures: number
  error: string | null
  parked: number
  /** Since when; `null` where it is not, or where an earlier version parked it. */
  parked_at: number | null
}

interface FileTable {
  /** 32 hexadecimal digits. */
  id: string
  workspace: number
  by_kind: number
  by: Buffer
  name: string
  /** `null` until it is complete; then the size is exact. */
  type: string | null
  size: number
  width: number | null
  height: number | null
  secret: string
  created_at: number
  /** The conversation, and the event of the message that has it. */
  stream: number | null
  event: number | null
}
