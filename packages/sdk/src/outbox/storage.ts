import type { Attachment, Command } from '@pendopo/protocol'

/** One command on its way to the server. */
export interface OutboxEntry {
  /** Grows with every entry put on this device: the sending order. */
  readonly position: number
  /** The conversation it is for; the id of an unsent `conversation.open` where that does not exist yet. */
  readonly conversation: string
  readonly command: Command
  /** What is known of the files that a message names: to show it. */
  readonly attachments?: readonly Attachment[]
  /** Set once the server has refused it for good. */
  readonly failure?: { readonly code: string; readonly message: string }
}

/**
 * What a device keeps for one site and one person. Every method is one transaction. Reading never creates anything:
 * a visitor who does nothing leaves no trace.
 */
export interface Storage {
  readonly kind: 'indexeddb' | 'memory'
  entries(): Promise<readonly OutboxEntry[]>
  /** Appends in order; resolves when they are durable. */
  put(entries: readonly Omit<OutboxEntry, 'position'>[]): Promise<readonly OutboxEntry[]>
  replace(entries: readonly OutboxEntry[]): Promise<void>
  remove(positions: readonly number[]): Promise<void>
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  /** Sets what is not set yet, and returns what is set now: two tabs that start together agree. */
  setOnce(key: string, value: string): Promise<string>
  /**
   * For what is loaded on demand and keeps things of its own: one transaction on the same database, so that a wipe takes
   * them along. Only where there is one. `absent` is the result where nothing was ever written.
   */
  run?<T>(mode: IDBTransactionMode, absent: T, work: (transaction: IDBTransaction) => () => T): Promise<T>
  /** Deletes everything. */
  wipe(): Promise<void>
  close(): void
}
