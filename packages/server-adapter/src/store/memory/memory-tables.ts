import type { Attachment, KnownCommand, LogEvent, StreamState } from '@pendopo/protocol'
import type { Job } from '../jobs.ts'
import type { Agent, ReservedFile, Session, Site, StoredMark } from '../store.ts'

/** A stream with its log. An event's content lives here too: replaced by edits, emptied by erasure. */
export interface MemoryStream {
  state: StreamState
  readonly events: MemoryEvent[]
  readonly marks: Map<string, StoredMark>
}

export interface MemoryEvent {
  readonly event: LogEvent
  content: LogEvent['content']
  editedAt?: number
  retracted?: true
  /** The event whose content this one changes. */
  readonly target?: MemoryEvent
}

export interface MemoryIdentity {
  readonly id: string
  readonly workspace: string
  readonly contact: string
  readonly channel: string
  readonly kind: 'browser' | 'user' | 'email'
  /** `null` once the token has lapsed. */
  key: string | null
  readonly createdAt: number
  usedAt: number
  isRetired: boolean
  claimedBy: string | null
}

export interface MemoryContact {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly createdAt: number
}

export interface MemoryJob extends Omit<Job, 'lease' | 'dueAt'> {
  cursor: number
  failures: number
  lease: string | null
  /** As in the SQL tables: when it can be claimed, and what an event asked for meanwhile. */
  nextAt: number | null
  wokenAt: number | null
  error: string | null
  parked: boolean
  /** By the clock; `null` where it is not parked. */
  parkedAt: number | null
}

export interface MemoryFile extends ReservedFile {
  readonly createdAt: number
  /** `null` until it is complete. */
  attachment: Attachment | null
  conversation: string | null
}

export interface MemoryTwoStep {
  readonly secret: string
  lastStep: number | null
  readonly hashes: Set<string>
}

/** What the parts of the in-memory store share. Keys start with the workspace where ids are unique only within one. */
export interface MemoryTables {
  readonly now: () => number
  readonly workspaces: Set<string>
  readonly sites: Map<string, Site>
  readonly agents: Map<string, Agent>
  readonly sessions: Map<string, Session>
  /** By agent. */
  readonly twoSteps: Map<string, MemoryTwoStep>
  readonly contacts: Map<string, MemoryContact>
  readonly identities: Map<string, MemoryIdentity>
  readonly streams: Map<string, MemoryStream>
  readonly commands: Map<string, KnownCommand>
  readonly jobs: Map<string, MemoryJob>
  readonly files: Map<string, MemoryFile>
  readonly cells: Map<
    string,
    { readonly scope: string; readonly key: string; readonly value: string; readonly writtenAt: number }
  >
}

export const keyOf = (workspace: string, id: string): string => `${workspace}/${id}`
