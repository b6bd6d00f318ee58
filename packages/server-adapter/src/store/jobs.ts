// What a store keeps for the readers of its log: the part of `Store` about work in the background.

import type { StreamRef } from '@pendopo/protocol'

/** At most one row per (reader, stream). */
export interface Job {
  readonly reader: string
  readonly workspace: string
  readonly stream: StreamRef
  /** The reader has handled events up to here. */
  readonly cursor: number
  /** By the database's clock. */
  readonly dueAt: number
  readonly failures: number
  /** Proof of the claim; a finish with another lease has no effect. */
  readonly lease: string
}

/** A job that people have to look at: its reader gave up on the stream. */
export interface ParkedJob extends Omit<Job, 'lease' | 'dueAt'> {
  /** Of the last failure. */
  readonly error: string
  /** By the database's clock; `null` for one that an earlier version parked. */
  readonly since: number | null
}

export interface JobStore {
  /**
   * Jobs are armed inside `append`: an event that wakes readers upserts a row for each registered reader, due at once
   * unless the reader says otherwise. Claims up to `limit` due jobs for `leaseMs`.
   */
  claim(reader: string, limit: number, leaseMs: number): Promise<readonly Job[]>
  /** Ends a claim: the cursor advances, and the job sleeps until `dueAt`, or until the next event where that is `null`. */
  finish(job: Job, outcome: { readonly cursor: number; readonly dueAt: number | null }): Promise<boolean>
  /** Ends a claim after a failure; with `parked` it waits for people. */
  fail(
    job: Job,
    outcome: { readonly dueAt: number; readonly error: string; readonly parked: boolean },
  ): Promise<boolean>
  parked(workspace: string): Promise<readonly ParkedJob[]>
  /** Makes a parked job due at once, with its failures forgotten; `false` where there is no such one. */
  release(job: Pick<Job, 'reader' | 'workspace'> & { readonly stream: Pick<StreamRef, 'id'> }): Promise<boolean>
  /** When the next job of this reader is due, or `null`. */
  nextDue(reader: string): Promise<number | null>
}
