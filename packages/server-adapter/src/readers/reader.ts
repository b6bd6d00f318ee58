// What a reader is. It follows streams through the database, not through sockets: whatever happens to the process, every
// event reaches it at least once, in order within a stream. What it does to a stream it does by commands, with ids
// derived from the event (`derive-id.ts`), so that doing it twice is harmless.

import type { Command, LogEvent, StreamRef, StreamState } from '@pendopo/protocol'
import type { BatchOutcome } from '../log/log.ts'
import type { ReaderArming } from '../store/arming.ts'

export interface Reader extends ReaderArming {
  /** Handles what is new in one stream. A rejection is a failure: it is tried again later, and in the end parked. */
  handle(context: ReaderContext): Promise<ReaderOutcome>
}

export interface ReaderContext {
  readonly workspace: string
  readonly stream: StreamRef
  /** The reader has handled events up to here. */
  readonly cursor: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** The stream as it is. */
  load(): Promise<StreamState>
  /** Events after a number, as the team sees them. */
  events(after: number, limit: number): Promise<readonly LogEvent[]>
  /** Issues a command to this stream as the system. With `onlyAt` it fails with `conflict` where the stream has moved on. */
  submit(command: Command, options?: { readonly onlyAt: number }): Promise<BatchOutcome>
}

export interface ReaderOutcome {
  /** Handled up to here. */
  readonly cursor: number
  /** When to be called again even if nothing happens; `null` for not before the next event. */
  readonly dueAt: number | null
}
