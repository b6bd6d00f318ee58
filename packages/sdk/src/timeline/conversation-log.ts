// Keeps one conversation in step with the server: one sync at a time, and another where something was missed
// meanwhile. There is no resume window: "I have up to n" is all it says. It watches the conversation until closed.

import type { Answer, Mark, People, WireEvent } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Attention, Clock } from '../environment.ts'
import { PendopoError } from '../pendopo-error.ts'
import {
  EMPTY_TIMELINE,
  withEvents,
  withMarks,
  withOlder,
  withPeople,
  withSync,
  type Fold,
  type Timeline,
} from './timeline.ts'

/** How late a lost packet may be noticed while somebody looks. */
const BEAT_MS = 60_000

/** After a retryable refusal that names no time. Rare: a lost connection syncs by itself when it is back. */
const RETRY_MS = 2_000

export interface ConversationLog {
  readonly id: string
  readonly $timeline: ReadableAtom<Timeline>
  /** `true` once the server has shown its side. */
  readonly $isSynced: ReadableAtom<boolean>
  /** Compares with the server now; a call during a running sync leads to one more. */
  sync(): void
  /** Somebody saw this number: fetches if it is news. */
  compare(n: number): void
  /** Live events, or those of an ack. */
  push(events: readonly WireEvent[]): void
  learn(news: { readonly people?: People | undefined; readonly marks?: readonly Mark[] }): void
  loadOlder(): Promise<void>
  close(): void
}

export interface ConversationLogOptions {
  readonly id: string
  readonly connection: Pick<Connection<unknown>, 'request' | 'isOnline' | 'onOnline'>
  readonly clock: Clock
  readonly fold?: Fold | undefined
  /** Given where nobody else compares numbers for this conversation: then it does so itself, on a slow beat. */
  readonly attention?: Attention | undefined
  /** The conversation is not ours to see (any more). */
  readonly onGone: (error: PendopoError) => void
}

export function createConversationLog({
  id,
  connection,
  clock,
  fold,
  attention,
  onGone,
}: ConversationLogOptions): ConversationLog {
  const $timeline = atom<Timeline>(EMPTY_TIMELINE)
  const $isSynced = atom(false)
  let isRunning = false
  let isWanted = false
  let isClosed = false
  let cancelRetry: (() => void) | null = null
  let cancelBeat: (() => void) | null = null
  let older: Promise<void> | null = null

  async function sync(): Promise<void> {
    isWanted = true
    if (isRunning) return
    isRunning = true
    cancelRetry?.()
    cancelRetry = null
    while (isWanted && !isClosed && connection.isOnline()) {
      isWanted = false
      const have = $isSynced.get() ? $timeline.get().n : null
      try {
        accept(have, await connection.request('sync', { conversation: id, have }))
      } catch (error) {
        recover(error)
      }
    }
    isRunning = false
  }

  function accept(have: number | null, answer: Answer<'sync'>): void {
    if (isClosed) return
    const { timeline, isBehind } = withSync($timeline.get(), have, answer, fold)
    $timeline.set(timeline)
    $isSynced.set(true)
    if (isBehind) isWanted = true
  }

  function recover(error: unknown): void {
    const fault = error instanceof PendopoError ? error : null
    if (isClosed) return
    if (fault !== null && !fault.retryable) return onGone(fault)
    if (connection.isOnline()) cancelRetry = clock.after(fault?.retryAfter ?? RETRY_MS, () => void sync())
  }

  function beat(): void {
    cancelBeat = clock.after(BEAT_MS, () => {
      if (attention?.isVisible()) void sync()
      beat()
    })
  }

  const stopOnline = connection.onOnline(() => void sync())
  const stopAttention = attention?.onChange(() => attention.isVisible() && void sync())
  if (attention !== undefined) beat()
  void sync()

  return {
    id,
    $timeline,
    $isSynced,
    sync: () => void sync(),
    compare(n) {
      if (n > $timeline.get().n) void sync()
    },
    push(events) {
      const { timeline, isBehind } = withEvents($timeline.get(), events, fold)
      $timeline.set(timeline)
      if (isBehind) void sync()
    },
    learn({ people, marks }) {
      $timeline.set(withMarks(withPeople($timeline.get(), people ?? {}), marks ?? []))
    },
    loadOlder() {
      const oldest = $timeline.get().items[0]?.n
      if (oldest === undefined || !$timeline.get().hasOlder) return Promise.resolve()
      older ??= connection
        .request('items', { conversation: id, before: oldest })
        .then((page) => {
          // A snapshot may have replaced the items meanwhile; its own oldest decides then.
          if ($timeline.get().items[0]?.n === oldest) $timeline.set(withOlder($timeline.get(), page))
        })
        .finally(() => (older = null))
      return older
    },
    close() {
      if (isClosed) return
      isClosed = true
      cancelRetry?.()
      cancelBeat?.()
      stopAttention?.()
      stopOnline()
      if (connection.isOnline()) connection.request('unwatch', { conversation: id }).catch(() => undefined)
    },
  }
}
