// Read marks of the fake server, kept in the team's numbering and told in the receiver's.

import type { ActorRef, Audience, LogEvent, Mark } from '@pendopo/protocol'

export interface FakeMarks {
  /** Whether it moved. */
  advance(conversation: string, reader: ActorRef, seq: number): boolean
  readBy(conversation: string, isReader: (reader: ActorRef) => boolean): number
  list(conversation: string, events: readonly LogEvent[], audience: Audience): Mark[]
}

export function createFakeMarks(): FakeMarks {
  const marks = new Map<string, Map<string, Mark>>()
  const of = (conversation: string) => marks.get(conversation) ?? new Map<string, Mark>()
  return {
    advance(conversation, reader, seq) {
      const known = of(conversation)
      const key = `${reader.kind}:${reader.id}`
      if (seq <= (known.get(key)?.read ?? 0)) return false
      marks.set(conversation, known.set(key, { reader, read: seq }))
      return true
    },
    readBy: (conversation, isReader) =>
      [...of(conversation).values()].reduce(
        (most, { reader, read }) => (isReader(reader) ? Math.max(most, read) : most),
        0,
      ),
    list: (conversation, events, audience) =>
      [...of(conversation).values()].map(({ reader, read }) => ({ reader, read: toNumber(events, read, audience) })),
  }
}

/** The last number of the audience at or before a `seq`. */
export function toNumber(events: readonly LogEvent[], seq: number, audience: Audience): number {
  if (audience === 'team') return seq
  return events.findLast((event) => event.seq <= seq && event.publicSeq !== null)?.publicSeq ?? 0
}

/** And back: the `seq` of an audience's number. */
export function toSeq(events: readonly LogEvent[], n: number, audience: Audience): number {
  if (audience === 'team') return Math.min(n, events.length)
  return events.findLast((event) => event.publicSeq !== null && event.publicSeq <= n)?.seq ?? 0
}
