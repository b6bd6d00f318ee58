import { isErrorCode, isRetryable, type ErrorCode } from '@pendopo/protocol'

/** The one error class of this package. `code` is from the protocol's table; the text says what could not be done, and why. */
export class PendopoError extends Error {
  override readonly name = 'PendopoError'
  readonly code: ErrorCode
  /** Whether trying again may succeed. */
  readonly retryable: boolean
  /** Milliseconds to wait before that, where the server said so. */
  readonly retryAfter: number | null

  constructor(code: ErrorCode, message: string, options: { retryAfter?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = isRetryable(code)
    this.retryAfter = options.retryAfter ?? null
  }
}

/** For what promises something: after `close` it fails at once. */
export function assertOpen(isClosed: boolean): void {
  if (isClosed) throw new PendopoError('unavailable', 'unable to do this; the chat is closed')
}

/** What came over the wire, as an error of ours. A code of a later version counts as `internal`: wait and try again. */
export function toPendopoError(
  error: { code: string; message: string; retryAfter?: number | undefined },
  doing: string,
): PendopoError {
  const code: ErrorCode = isErrorCode(error.code) ? error.code : 'internal'
  return new PendopoError(code, `unable to ${doing}; ${error.message}`, { retryAfter: error.retryAfter })
}
