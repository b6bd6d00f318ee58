import type { LogEvent, StreamKind } from '@pendopo/protocol'
import { eventKind } from '@pendopo/protocol'

/** What a store must know of a registered reader to arm its jobs inside `append`. */
export interface ReaderArming {
  /** Stable: it is in the database. */
  readonly name: string
  readonly streams: readonly StreamKind[]
  /**
   * How long after a waking event the job is due, in milliseconds: 0 for a reader of events. A timer's job that is due
   * earlier anyway is left alone, so that a busy conversation does not rewrite its job with every message.
   */
  readonly delayMs: number
}

/** Whether these events wake readers at all. */
export function wakesReaders(events: readonly LogEvent[]): boolean {
  return events.some((event) => eventKind(event.kind).wakes)
}
