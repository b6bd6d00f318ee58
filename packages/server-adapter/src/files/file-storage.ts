import type { Readable } from 'node:stream'

/**
 * Where the bytes of files are: the local disk by default, an object store where somebody writes one. It knows an id of 32
 * hexadecimal digits and nothing else about a file: neither its name nor whose it is.
 */
export interface FileStorage {
  /**
   * Keeps what comes. Resolves when it is durable; where the source fails, rejects with its error and keeps nothing. Never
   * holds a whole file in memory.
   */
  put(id: string, source: AsyncIterable<Uint8Array>): Promise<void>
  /** The bytes from the first to the last, or `null` where there is no such file. */
  get(id: string): Promise<Readable | null>
  /** Deletes what is there of these files, half-written ones too. */
  delete(ids: readonly string[]): Promise<void>
}
