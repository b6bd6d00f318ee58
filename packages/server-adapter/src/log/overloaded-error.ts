/** The log takes no more batches now: too many wait, or the server is stopping. Nothing was stored; try again later. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
  readonly code = 'overloaded'
}
