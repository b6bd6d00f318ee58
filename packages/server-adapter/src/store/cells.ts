/**
 * Small durable values that belong to no stream and are changed by compare-and-swap: settings, places in mailboxes, leases,
 * what has been seen or spent. A scope says what a key is about.
 */
export interface CellStore {
  get(scope: string, key: string): Promise<string | null>
  /** All values of a scope by key: for scopes with few. */
  all(scope: string): Promise<ReadonlyMap<string, string>>
  /** Writes where the value is `before` now (`null`: there is none); `after` null removes. Resolves with whether it did. */
  swap(scope: string, key: string, before: string | null, after: string | null): Promise<boolean>
  /** Forgets what was not written within this time, by the database's clock; resolves with how many. */
  sweep(scope: string, olderThanMs: number): Promise<number>
}
