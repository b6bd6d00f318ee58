import {
  eventKind,
  isFromContact,
  toWireEvent,
  type Audience,
  type Item,
  type LogEvent,
  type StreamRef,
  type StreamState,
} from '@pendopo/protocol'
import { wakes, type ReaderArming } from '../arming.ts'
import type { Append, AppendOutcome, LogStore, OpenLookup } from '../store.ts'
import { takeFiles } from './memory-files.ts'
import { armJob } from './memory-jobs.ts'
import { keyOf, type MemoryEvent, type MemoryStream, type MemoryTables } from './memory-tables.ts'

/** The log in memory: arrays of events, copied by nobody because nobody changes them. */
export function createMemoryLog(tables: MemoryTables, readers: readonly ReaderArming[]): LogStore {
  const { streams, commands } = tables

  function append(workspace: string, group: Append): AppendOutcome {
    const key = keyOf(workspace, group.stream.id)
    const fresh: MemoryStream = { state: { ...group.stream, state: null }, events: [], marks: new Map() }
    const stream = streams.get(key) ?? fresh
    if ((stream.state.state?.seq ?? 0) !== group.expectedSeq) return 'conflict'
    if (group.unlessOpen !== undefined && findOpen(workspace, [group.unlessOpen])[0] !== null) return 'conflict'
    if (group.known.some(({ id }) => commands.has(keyOf(workspace, id)))) return 'conflict'
    if (!takeFiles(tables, workspace, group)) return 'conflict'
    streams.set(key, stream)
    stream.state = group.stream
    for (const event of group.events) stream.events.push(store(stream, event))
    for (const command of group.known) commands.set(keyOf(workspace, command.id), command)
    const woken = readers.filter((reader) => wakes(reader, group.stream.kind, group.events))
    armJob(tables, woken, workspace, group.stream)
    return 'appended'
  }

  function find(workspace: string, refs: readonly StreamRef[]) {
    const found = new Map<string, StreamState>()
    for (const { kind, id } of refs) {
      const state = streams.get(keyOf(workspace, id))?.state
      found.set(id, state?.kind === kind ? state : { kind, id, state: null })
    }
    return found
  }

  function findOpen(workspace: string, lookups: readonly OpenLookup[]): (string | null)[] {
    const open = [...streams]
      .filter(([key]) => key.startsWith(`${workspace}/`))
      .flatMap(([, { state }]) =>
        state.kind === 'conversation' && state.state?.status === 'open' ? [state.state] : [],
      )
      .sort((one, other) => other.openedAt - one.openedAt || (one.id < other.id ? 1 : -1))
    return lookups.map(
      ({ channel, identities }) =>
        open.find((state) => state.channel === channel && state.identities.some((id) => identities.includes(id)))?.id ??
        null,
    )
  }

  function readEvents(workspace: string, { kind, id }: StreamRef, audience: Audience, after: number, limit: number) {
    const stream = streams.get(keyOf(workspace, id))
    if (stream === undefined || stream.state.kind !== kind) return []
    return stream.events
      .map(toLogEvent)
      .filter((event) => ((audience === 'team' ? event.seq : event.publicSeq) ?? 0) > after)
      .slice(0, limit)
  }

  return {
    async load(workspace, refs, commandIds) {
      const known = commandIds.flatMap((id) => commands.get(keyOf(workspace, id)) ?? [])
      return { streams: find(workspace, refs), known: new Map(known.map((command) => [command.id, command])) }
    },
    openConversations: async (workspace, lookups) => findOpen(workspace, lookups),
    async append(workspace, group) {
      return group.map((one) => append(workspace, one))
    },
    events: async (workspace, stream, audience, after, limit) => readEvents(workspace, stream, audience, after, limit),
    tails: async (workspace, tails, limit) =>
      new Map(tails.map(({ stream, after }) => [stream.id, readEvents(workspace, stream, 'team', after, limit)])),
    async items(workspace, conversation, audience, before, limit) {
      const stream = streams.get(keyOf(workspace, conversation))
      if (stream?.state.kind !== 'conversation') return { items: [], hasOlder: false }
      const firstSeq = stream.state.state?.firstSeq ?? 1
      const items = stream.events
        .filter(({ event }) => eventKind(event.kind).item && event.seq >= firstSeq)
        .flatMap((stored): Item[] => {
          const event = toWireEvent(toLogEvent(stored), audience)
          if (event === null || (before !== null && event.n >= before)) return []
          const { editedAt, retracted } = stored
          return [{ ...event, ...(editedAt !== undefined && { editedAt }), ...(retracted && { retracted }) }]
        })
      return { items: items.slice(-limit), hasOlder: items.length > limit }
    },
  }
}

/** Takes the content apart from the envelope, and does to its target what the kind says. */
function store(stream: MemoryStream, event: LogEvent): MemoryEvent {
  const { content } = eventKind(event.kind)
  if (content === 'none' || content === 'own') return { event, content: content === 'own' ? event.content : null }
  const target = stream.events.find(
    (one) => one.event.command === event.data.message && eventKind(one.event.kind).content === 'own',
  )
  if (target === undefined) return { event, content: null }
  if (content === 'replaces') {
    target.content = event.content
    target.editedAt = event.at
  } else {
    target.content = null
    if (event.kind === 'message.retracted') target.retracted = true
  }
  return { event, content: null, target }
}

function toLogEvent({ event, content, target }: MemoryEvent): LogEvent {
  const removes = eventKind(event.kind).content === 'removes'
  return { ...event, content: removes ? null : (target?.content ?? content) }
}

/** Messages to one side among the events up to a number. */
export function countMessages({ events }: MemoryStream, fromContact: boolean, upTo: number): number {
  return events.filter(
    ({ event }) => event.seq <= upTo && eventKind(event.kind).unread && isFromContact(event) === fromContact,
  ).length
}
