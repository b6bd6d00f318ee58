import type { ErrorCode } from '@pendopo/protocol'
import type { Context } from 'hono'
import { toWireError } from '../request-error.ts'

/** The status that says about the same as the code. */
const STATUS = {
  invalid: 400,
  unknown: 404,
  too_large: 413,
  unsupported_type: 415,
  forbidden: 403,
  not_found: 404,
  id_reused: 409,
  conflict: 409,
  origin_refused: 403,
  unauthenticated: 401,
  wrong_credentials: 401,
  rate_limited: 429,
  unavailable: 503,
  overloaded: 503,
  internal: 500,
  upgrade: 426,
} as const satisfies Record<ErrorCode, number>

/** An error as HTTP tells it: the same code and message as on the socket. */
export function errorResponse(context: Context, error: unknown): Response {
  const wire = toWireError(error)
  if (wire.retryAfter !== undefined)
    context.header('Retry-After', String(Math.max(1, Math.ceil(wire.retryAfter / 1_000))))
  return context.json({ error: wire }, STATUS[wire.code])
}
