// The log as the rest of the server sees it: submit a batch, hear of commits.

import type { Actor, Command, CommandResult, LogEvent, StreamRef, StreamState } from '@pendopo/protocol'

/** One sender's commands for one stream; without `stream` the first is `conversation.open` and finds or makes it. */
export interface Batch {
  readonly workspace: string
  readonly stream: StreamRef | null
  readonly commands: readonly Command[]
  readonly actor: Actor
  /**
   * Appends only while the stream's `seq` is this, and otherwise fails with `conflict`: for a timer, whose command must
   * not outrun what it was decided on.
   */
  readonly onlyAt?: number
  /** Handed back in `Committed`: who need not be told. */
  readonly sender?: unknown
}

export interface BatchOutcome {
  readonly stream: StreamRef
  /** A prefix: it ends with the first failure. */
  readonly results: readonly CommandResult[]
  /** What was appended for this batch, nothing for repeats. */
  readonly events: readonly LogEvent[]
}

/** What one commit did to one stream. */
export interface Committed {
  readonly workspace: string
  readonly stream: StreamState
  readonly before: StreamState
  readonly events: readonly LogEvent[]
  /** The senders of the batches in it. */
  readonly senders: readonly unknown[]
}

export interface Log {
  /**
   * Resolves after the commit is on disk. Rejects with a StoreError where the database did not take it, and with an
   * OverloadedError where too many wait or the log is closed.
   */
  submit(batch: Batch): Promise<BatchOutcome>
  /** Called once per commit, before the submitters' promises resolve; must not throw. Returns the unsubscribe. */
  onCommit(listener: (commit: readonly Committed[]) => void): () => void
  /** Batches waiting, for metrics and for refusing when overloaded. */
  readonly waiting: number
  /** Refuses new batches, finishes those in hand. */
  close(): Promise<void>
}
