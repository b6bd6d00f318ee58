import type { ErrorCode, WireError } from '@pendopo/protocol'
import { OverloadedError } from './log/overloaded-error.ts'
import { StoreError } from './store/store-error.ts'

/** By then a long queue has drained, or another node or process is there. */
const OVERLOADED_RETRY_MS = 2_000

/** A request that is answered with an error: `code` is from the one table, `message` may travel to the client. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode
  /** Milliseconds; only with `rate_limited` and `overloaded`. */
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, retryAfter?: number) {
    super(message)
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** Any failure as it may travel: what is not one of ours says nothing about its cause. */
export function toWireError(error: unknown): WireError {
  if (error instanceof RequestError) {
    const { code, message, retryAfter } = error
    return { code, message, ...(retryAfter !== undefined && { retryAfter }) }
  }
  if (error instanceof OverloadedError)
    return { code: 'overloaded', message: error.message, retryAfter: OVERLOADED_RETRY_MS }
  if (isStoreUnavailable(error)) return { code: 'unavailable', message: 'unable to store or read; try again' }
  return { code: 'internal', message: 'unable to answer; the fault is on the server' }
}

/** Whether the failure is the database's, and passes. */
export function isStoreUnavailable(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'unavailable'
}

/** Whether the failure is part of a day's work: refused on purpose, or too much at once. */
export function isExpected(error: unknown): boolean {
  return error instanceof RequestError || error instanceof OverloadedError
}
