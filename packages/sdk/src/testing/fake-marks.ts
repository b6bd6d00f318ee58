// Read marks of the fake server, kept in the team's numbering and told in the receiver's.

import type { Actor, ActorRef, Audience, LogEvent, Mark } from '@pendopo/protocol'

export interface FakeMarks {
  /** Whether it moved. */
  advance(conversation: string, reader: ActorRef, seq: number): boolean
  readBy(conversation: string, isReader: (reader: ActorRef) => boolean): number
  /** Those the actor may know, in their numbering. */
  list(conversation: string, events: readonly LogEvent[], actor: Actor): Mark[]
}

/** The team knows everybody's marks; a visitor the team's and those of their own identities. */
export const mayKnow = (actor: Actor, reader: ActorRef): boolean =>
  actor.kind !== 'visitor' || reader.kind === 'agent' || actor.identities.includes(reader.id)

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
    list: (conversation, events, actor) =>
      [...of(conversation).values()]
        .filter(({ reader }) => mayKnow(actor, reader))
        .map(({ reader, read }) => ({
          reader,
          read: toNumber(events, read, actor.kind === 'visitor' ? 'participants' : 'team'),
        })),
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
