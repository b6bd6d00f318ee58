// One node among others. Signals go out in numbered messages, a beat a second says "I am here, and this is my last
// number", and so a message that was lost is noticed within a beat. A node hears its own beats too: where it does not, the
// way to the others is cut and it says so. What signals mean, and what to do about a lost one, is the gateway's.

import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Clock } from '../readers/clock.ts'
import type { Bus, OpenBus } from './bus.ts'
import { readMessage, writeMessage, type Signal } from './signal.ts'

/** Often enough that a lost message is noticed before anybody wonders. */
const BEAT_MS = 1_000
/** Own beats that stay away for so long are no hiccup of the event loop. */
const LATE_MS = 3_000
/** A node that is silent for so long is gone, and who was connected to it. */
const LEASE_MS = 5_000
/** While nobody is heard, silence says nothing about the others: they are believed for so long. */
const CUT_LEASE_MS = 120_000
/** Without signals the database is asked this often what is new. */
const POLL_MS = 5_000
const SIGNALS_PER_MESSAGE = 200
/** In one turn of the event loop; what is beyond is lost like any other, and noticed by its number. */
const SIGNALS_WAITING = 20_000

export type ClusterEvent =
  | { readonly kind: 'signal'; readonly node: string; readonly signal: Signal }
  /** Signals of this node, or of any (`null`), may have passed unheard: compare with the database. */
  | { readonly kind: 'missed'; readonly node: string | null }
  | { readonly kind: 'joined' | 'left'; readonly node: string }

/** `alone` there are no other nodes · `cut` they may be there, and do not hear each other. */
export type ClusterState = 'alone' | 'live' | 'cut'

export interface Cluster {
  readonly node: string
  readonly state: ClusterState
  /** Tells the other nodes, at most once; never waits and never fails. */
  signal(signal: Signal): void
  /** Begins to listen. Returns the unsubscribe. */
  onEvent(listener: (event: ClusterEvent) => void): () => void
  close(): Promise<void>
}

interface Needs {
  /** Undefined: there are no other nodes. */
  readonly openBus: OpenBus | undefined
  /** Must not jump: the time since the start. */
  readonly clock: Clock
  readonly logger: Logger
}

interface Peer {
  count: number
  heardAt: number
}

export function createCluster({ openBus, clock, logger }: Needs): Cluster {
  const node = randomUUID()
  if (openBus === undefined)
    return { node, state: 'alone', signal: () => {}, onEvent: () => () => {}, close: () => Promise.resolve() }

  const listeners = new Set<(event: ClusterEvent) => void>()
  const peers = new Map<string, Peer>()
  let waiting: Signal[] = []
  let flushing: NodeJS.Immediate | undefined
  let count = 0
  let isLive = false
  let isWarned = false
  let heardAt = clock.now()
  let polledAt = clock.now()
  let beatAt = clock.now()
  let cancelBeat: (() => void) | undefined

  const emit = (event: ClusterEvent) => {
    for (const listener of listeners) listener(event)
  }

  function hear(text: string): void {
    const message = readMessage(text)
    if (message === undefined) return
    if (message.node === node) return hearMyself()
    const peer = peers.get(message.node)
    if (peer === undefined) {
      peers.set(message.node, { count: message.count, heardAt: clock.now() })
      emit({ kind: 'joined', node: message.node })
      emit({ kind: 'missed', node: message.node })
    } else {
      const expected = peer.count + (message.signals.length > 0 ? 1 : 0)
      peer.count = message.count
      peer.heardAt = clock.now()
      if (message.count !== expected) emit({ kind: 'missed', node: message.node })
    }
    for (const signal of message.signals) emit({ kind: 'signal', node: message.node, signal })
  }

  function hearMyself(): void {
    heardAt = clock.now()
    if (isLive) return
    isLive = true
    if (isWarned) logger.info('nodes hear each other again')
    isWarned = false
  }

  function flush(): void {
    flushing = undefined
    for (let from = 0; from < waiting.length; from += SIGNALS_PER_MESSAGE) {
      count += 1
      bus.publish(writeMessage({ node, count, signals: waiting.slice(from, from + SIGNALS_PER_MESSAGE) }))
    }
    waiting = []
  }

  function beat(): void {
    bus.publish(writeMessage({ node, count, signals: [] }))
    const now = clock.now()
    // Who stood still has not read yet what came meanwhile, and judges nobody.
    if (now - beatAt < 2 * BEAT_MS) judge(now)
    beatAt = now
    cancelBeat = clock.after(BEAT_MS, beat)
  }

  function judge(now: number): void {
    if (now - heardAt > LATE_MS) cutOff()
    for (const [id, peer] of peers) {
      if (now - peer.heardAt <= (isLive ? LEASE_MS : CUT_LEASE_MS)) continue
      peers.delete(id)
      emit({ kind: 'left', node: id })
    }
    if (isLive || now - polledAt < POLL_MS) return
    polledAt = now
    emit({ kind: 'missed', node: null })
  }

  function cutOff(): void {
    isLive = false
    if (isWarned) return
    isWarned = true
    logger.warn('nodes do not hear each other; live events of other nodes come late until Redis answers')
  }

  const bus: Bus = openBus(hear)
  beat()

  return {
    node,
    get state() {
      return isLive ? 'live' : 'cut'
    },
    signal(signal) {
      if (waiting.length >= SIGNALS_WAITING) {
        // A number that is never sent: the others notice, and compare.
        count += 1
        waiting = []
      }
      waiting.push(signal)
      flushing ??= setImmediate(flush)
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      cancelBeat?.()
      clearImmediate(flushing)
      flush()
      listeners.clear()
      await bus.close()
    },
  }
}
