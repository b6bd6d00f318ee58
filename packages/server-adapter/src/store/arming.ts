import { eventKind, isFromContact, type LogEvent, type StreamKind } from '@pendopo/protocol'

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
  /** `team`: what the contact writes does not wake it, which is most of what is written. Default: `everyone`. */
  readonly wokenBy?: 'everyone' | 'team'
}

/** Whether these events of a stream wake the reader. */
export function wakes(
  { streams, wokenBy }: Pick<ReaderArming, 'streams' | 'wokenBy'>,
  stream: StreamKind,
  events: readonly LogEvent[],
): boolean {
  if (!streams.includes(stream)) return false
  return events.some(
    (event) =>
      eventKind(event.kind).wakes && !(wokenBy === 'team' && event.kind === 'message.posted' && isFromContact(event)),
  )
}
