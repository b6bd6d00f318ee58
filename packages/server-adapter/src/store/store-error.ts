/**
 * What a store may fail with: `unavailable` (the database or the disk did not take it; nothing was stored, try again),
 * `taken` (a unique name is in use), `newer-schema` (the database was written by a later version).
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: 'unavailable' | 'taken' | 'newer-schema'

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
