import type { ErrorCode } from '../errors.ts'
import type { NewEvent } from '../log-event.ts'

/** The events that a command leads to, or why it leads to none. */
export type Decision = { readonly ok: true; readonly events: readonly NewEvent[] } | Refusal
export interface Refusal {
  readonly ok: false
  readonly code: ErrorCode
  readonly message: string
}

export const done = (...events: NewEvent[]): Decision => ({ ok: true, events })
export const refuse = (code: ErrorCode, message: string): Refusal => ({ ok: false, code, message })
