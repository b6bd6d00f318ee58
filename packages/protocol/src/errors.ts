// One table of error codes for the wire, both clients and the HTTP interface. A code is never reused for another
// meaning. `reaction` is the whole of what a client needs to know to go on.

/**
 * What a client does about an error:
 * - `retry`: try again with back-off; nothing was stored, nothing is lost
 * - `give-up`: this request can never succeed as it is; show why
 * - `sign-in`: credentials are missing, wrong or ended
 * - `reload`: this client is too old for the server
 */
export type Reaction = 'retry' | 'give-up' | 'sign-in' | 'reload'

/** Every code on the wire with the reaction it asks for. */
export const ERROR_CODES = {
  /** The request does not fit its schema; `message` names the field. */
  invalid: 'give-up',
  /** No such request, command kind or stream kind. */
  unknown: 'give-up',
  /** The frame, text or batch is larger than LIMITS allow. */
  too_large: 'give-up',
  /** A kind of file that is not taken, or one whose content is not what its name says. */
  unsupported_type: 'give-up',
  /** The actor may not do this. */
  forbidden: 'give-up',
  /** The thing does not exist, or not for this actor: the two are not told apart. */
  not_found: 'give-up',
  /** The command's id was used before by somebody else, or with another body. */
  id_reused: 'give-up',
  /** The command does not fit the conversation as it is now (for example: its contact is blocked). */
  conflict: 'give-up',
  /** The page's origin is not on the site's list, or a client without an origin sent no site key. */
  origin_refused: 'give-up',
  /** Nobody has signed in, or the session or token has ended. */
  unauthenticated: 'sign-in',
  /** E-mail or password is wrong. */
  wrong_credentials: 'sign-in',
  /** Too much in too short a time; `retryAfter` says when. */
  rate_limited: 'retry',
  /** The database or the disk did not take it; nothing was stored. */
  unavailable: 'retry',
  /** The server is stopping or full; another try may reach another node. */
  overloaded: 'retry',
  /** A fault of the server. Nothing was stored. */
  internal: 'retry',
  /** The server does not speak this client's protocol version. */
  upgrade: 'reload',
} as const satisfies Record<string, Reaction>

export type ErrorCode = keyof typeof ERROR_CODES

/** An error as it travels: `retryAfter` in milliseconds, only with `rate_limited` and `overloaded`. */
export interface WireError {
  code: ErrorCode
  message: string
  retryAfter?: number
}

/** Whether the same request may succeed later. */
export function isRetryable(code: ErrorCode): boolean {
  return ERROR_CODES[code] === 'retry'
}

/** Whether a string from the wire is a code this build knows. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value)
}
