// The outside world as arguments: what a test replaces, and what differs between a browser and Node. Nothing in this
// package reaches for a global except `environment/`, and that only when called.

import type { RandomBytes } from '@pendopo/protocol'
import type { Transport } from './connection/transport.ts'
import type { Storage } from './outbox/storage.ts'

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** Whether the page is seen, and whether the device thinks it has a network. */
export interface Attention {
  isVisible(): boolean
  isOnline(): boolean
  /** Calls back when either changes, and when the page comes back from the back-forward cache. */
  onChange(callback: () => void): () => void
}

/** One tab of many does the work. `acquire` calls back when this one is it, again never; returns what gives it up. */
export interface Leadership {
  acquire(name: string, onLead: () => void): () => void
}

/** Messages to the other tabs of the same site. */
export interface TabChannel {
  post(message: string): void
  onMessage(callback: (message: string) => void): () => void
  close(): void
}

export interface Environment {
  readonly clock: Clock
  readonly random: RandomBytes
  /** A fraction in [0, 1), for the jitter of retries. */
  readonly fraction: () => number
  readonly transport: Transport
  readonly storage: (name: string) => Promise<Storage>
  readonly attention: Attention
  readonly leadership: Leadership
  readonly tabs: (name: string) => TabChannel
  readonly fetch: typeof fetch
  /** Silent by default. Never receives message bodies or tokens. */
  readonly log: (event: string, details?: Readonly<Record<string, unknown>>) => void
}
