// A group of appends as one text, the only large thing that crosses to the thread, and with every message. Text costs a
// third of a structured clone on either side. What follows from the rest is left out: a command is remembered by what
// stands in its events, and the state after them is folded from the state before, where both sides still have that.

import { apply, type KnownCommand, type LogEvent, type StreamRef, type StreamState } from '@pendopo/protocol'
import type { Append, AppendOutcome, OpenLookup } from '../store.ts'

/** The digest of a command, and its first and last event by position. */
type Remembered = readonly [digest: number, first: number, last: number]

type Row = readonly [
  expectedSeq: number,
  /** The stream after the events, or its name where the far side has what it was before. */
  stream: StreamState | StreamRef,
  events: readonly LogEvent[],
  known: readonly Remembered[],
  unlessOpen?: OpenLookup,
]

export interface AppendWriter {
  write(group: readonly Append[]): string
  /** What became of the group; `null` where it failed as a whole. */
  settle(group: readonly Append[], outcomes: readonly AppendOutcome[] | null): void
}

export interface AppendReader {
  read(text: string): readonly Append[]
  settle(group: readonly Append[], outcomes: readonly AppendOutcome[] | null): void
}

/** The near side: what it has appended, it need not say again. */
export function createAppendWriter(): AppendWriter {
  const shared = createShared<number>()
  return {
    write(group) {
      const rows = group.map(({ expectedSeq, stream, events, known, unlessOpen }): Row => {
        const place = ({ seq }: { readonly seq: number }) => placeOf(seq, expectedSeq, events)
        const { kind, id } = stream
        const isShared = expectedSeq > 0 && shared.get(id) === expectedSeq
        const remembered = known.map(({ digest, first, last }): Remembered => [digest, place(first), place(last)])
        const row = [expectedSeq, isShared ? { kind, id } : stream, events, remembered] as const
        return unlessOpen === undefined ? row : [...row, unlessOpen]
      })
      return JSON.stringify(rows)
    },
    settle: (group, outcomes) => shared.settle(group, outcomes, ({ stream }) => stream.state?.seq ?? 0),
  }
}

/** The far side. A state it does not have after all is a conflict: the stream is then loaded and sent whole. */
export function createAppendReader(): AppendReader {
  const shared = createShared<StreamState>()
  return {
    read(text) {
      const rows: readonly Row[] = JSON.parse(text)
      return rows.map(([expectedSeq, stream, events, known, unlessOpen]) => ({
        expectedSeq,
        stream: 'state' in stream ? stream : fold(shared.get(stream.id), stream, expectedSeq, events),
        events,
        known: known.flatMap((one) => toKnown(stream.id, events, one)),
        ...(unlessOpen !== undefined && { unlessOpen }),
      }))
    },
    settle: (group, outcomes) => shared.settle(group, outcomes, ({ stream }) => stream),
  }
}

function fold(
  before: StreamState | undefined,
  { kind, id }: StreamRef,
  expectedSeq: number,
  events: readonly LogEvent[],
): StreamState {
  if (before?.state?.seq !== expectedSeq) return { kind, id, state: null }
  return events.reduce(apply, before)
}

/** About 2 kB each on the far side. More conversations than this are not busy at the same time on one node. */
const CAPACITY = 4_096

/** What both sides remember of the streams that were appended: both see the same groups and outcomes in the same order. */
function createShared<Value>() {
  const values = new Map<string, Value>()
  return {
    get: (id: string) => values.get(id),
    settle(group: readonly Append[], outcomes: readonly AppendOutcome[] | null, valueOf: (append: Append) => Value) {
      for (const [index, append] of group.entries()) {
        const { id } = append.stream
        if (outcomes?.[index] !== 'appended') {
          values.delete(id)
          continue
        }
        if (values.size >= CAPACITY && !values.has(id)) {
          const [oldest] = values.keys()
          if (oldest !== undefined) values.delete(oldest)
        }
        values.set(id, valueOf(append))
      }
    },
  }
}

/** Numbers have no gap: an event's place in the list follows from its number. */
function placeOf(seq: number, expectedSeq: number, events: readonly LogEvent[]): number {
  const place = seq - expectedSeq - 1
  if (events[place]?.seq === seq) return place
  throw new TypeError(`unable to append; no event ${seq} is in the group, and a command is remembered by it`)
}

function toKnown(stream: string, events: readonly LogEvent[], [digest, from, to]: Remembered): KnownCommand[] {
  const [first, last] = [events[from], events[to]]
  if (first === undefined || last === undefined) return []
  return [{ id: first.command, stream, actor: first.actor, digest, first: numbers(first), last: numbers(last) }]
}

const numbers = ({ seq, publicSeq, at }: LogEvent) => ({ seq, publicSeq, at })
