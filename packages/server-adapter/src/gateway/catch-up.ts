// What other nodes appended. A hint says how far a stream has grown; this node reads what its own sockets have not been
// told, for all streams that were hinted at meanwhile with the same two questions, and hands it to the fan-out. Hints
// that come during a reading wait for the next: however many there are of a stream, they lead to one reading.

import { LIMITS, type StreamRef, type StreamState } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { SignalOf } from '../cluster/signal.ts'
import type { Committed } from '../log/log.ts'
import type { Store, Tail } from '../store/store.ts'
import type { Change, FanOut } from './fan-out.ts'
import type { Sessions } from './sessions.ts'
import type { Watchers } from './watchers.ts'

/** Streams in one reading. */
const AT_ONCE = 500
/** Streams that may wait; what is beyond is found by comparing. */
const MOST_WAITING = 20_000
/** A database that did not answer is asked again. */
const RETRY_MS = 1_000

/** What is known of a stream that has grown. */
export type Growth = Pick<SignalOf<'appended'>, 'workspace' | 'stream' | 'isPublic' | 'was'>

export interface CatchUp {
  heard(signal: SignalOf<'appended'>): void
  /** Reads these streams whatever is known of them. */
  look(growths: readonly Growth[]): void
  /** A `sync` has read this conversation up to there. */
  saw(workspace: string, conversation: string, seq: number): void
  /** This node has appended: what came in between from elsewhere is missing. */
  committed(commits: readonly Committed[]): void
  close(): void
}

interface Needs {
  readonly store: Pick<Store, 'log'>
  readonly watchers: Watchers
  readonly sessions: Sessions
  readonly fanOut: Pick<FanOut, 'changed' | 'agentChanged'>
  /** Too much was heard to remember it all. */
  readonly onOverflow: () => void
  readonly logger: Logger
}

export function createCatchUp({ store, watchers, sessions, fanOut, onOverflow, logger }: Needs): CatchUp {
  const waiting = new Map<string, Growth>()
  /** Numbers heard of conversations whose first `sync` is still reading: it may have read before them. */
  const early = new Map<string, number>()
  let isRunning = false
  let isClosed = false
  let retry: NodeJS.Timeout | undefined

  function want(growth: Growth): void {
    const { id } = growth.stream
    const before = waiting.get(id)
    if (before === undefined && waiting.size >= MOST_WAITING) return onOverflow()
    // Who could see it first is who may have lost it.
    const was = before?.was ?? growth.was
    waiting.set(id, { ...growth, isPublic: growth.isPublic || before?.isPublic === true, ...(was && { was }) })
    if (isRunning || isClosed) return
    void run()
  }

  async function run(): Promise<void> {
    isRunning = true
    while (waiting.size > 0 && !isClosed) {
      const batch = [...waiting.values()].slice(0, AT_ONCE)
      for (const { stream } of batch) waiting.delete(stream.id)
      try {
        for (const workspace of new Set(batch.map((growth) => growth.workspace)))
          await read(
            workspace,
            batch.filter((growth) => growth.workspace === workspace),
          )
      } catch (error) {
        logger.warn({ err: error }, 'unable to read what other nodes appended')
        await new Promise<void>((resolve) => (retry = setTimeout(resolve, RETRY_MS)))
        for (const growth of batch) want(growth)
      }
    }
    // In the same turn as the last look: what comes a moment later starts the next run.
    isRunning = false
  }

  async function read(workspace: string, growths: readonly Growth[]): Promise<void> {
    const refs = growths.map(({ stream }) => stream)
    const { streams } = await store.log.load(workspace, refs, [])
    const tails = await store.log.tails(workspace, toTails(refs, streams), LIMITS.syncEvents)
    const changes: Change[] = []
    for (const { stream: ref, isPublic, was } of growths) {
      const stream = streams.get(ref.id)
      if (stream?.kind === 'agent') fanOut.agentChanged(workspace, stream)
      if (stream?.kind !== 'conversation' || stream.state === null) continue
      const after = stream.state
      const events = (tails.get(ref.id) ?? []).filter(({ seq }) => seq <= after.seq)
      changes.push({
        ...{ workspace, id: ref.id, events, after, senders: [] },
        before: { ...after, ...was },
        isPublic: isPublic || events.some(({ publicSeq }) => publicSeq !== null),
      })
      if (events.length > 0) watchers.setHead(ref.id, after.seq)
      else if (watchers.headOf(ref.id) === undefined) early.set(ref.id, after.seq)
    }
    for (const id of early.keys()) if (!watchers.isWatched(id)) early.delete(id)
    fanOut.changed(changes)
  }

  /** Of those that are watched, what their watchers miss; where that is too much, the newest: they see a gap and sync. */
  function toTails(refs: readonly StreamRef[], streams: ReadonlyMap<string, StreamState>): Tail[] {
    return refs.flatMap((stream) => {
      const head = watchers.headOf(stream.id)
      const seq = streams.get(stream.id)?.state?.seq ?? 0
      if (stream.kind !== 'conversation' || head === undefined || head >= seq) return []
      return [{ stream, after: seq - head > LIMITS.syncEvents ? seq - 1 : head }]
    })
  }

  return {
    heard: (signal) => {
      if (sessions.agents.size === 0 && sessions.visitors.size === 0) return
      want(signal)
    },
    look: (growths) => {
      for (const growth of growths) want(growth)
    },
    saw: (workspace, conversation, seq) => {
      const head = watchers.headOf(conversation)
      const heard = early.get(conversation) ?? 0
      early.delete(conversation)
      if (head === undefined) watchers.setHead(conversation, seq)
      if ((head ?? seq) < Math.max(seq, heard)) want(toGrowth(workspace, conversation))
    },
    committed: (commits) => {
      for (const { workspace, stream, before } of commits) {
        const head = watchers.headOf(stream.id)
        if (head === undefined) continue
        const from = before.state?.seq ?? 0
        if (head === from) watchers.setHead(stream.id, stream.state?.seq ?? from)
        else if (head < from) want(toGrowth(workspace, stream.id))
      }
    },
    close: () => {
      isClosed = true
      clearTimeout(retry)
    },
  }
}

const toGrowth = (workspace: string, id: string): Growth => ({
  workspace,
  stream: { kind: 'conversation', id },
  isPublic: false,
})
