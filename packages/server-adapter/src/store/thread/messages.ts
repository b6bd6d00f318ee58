// What the two sides of a store in a thread of its own say to each other. Everything is data: the store's interface was
// made so.

import { StoreError } from '../store-error.ts'
import type { Store } from '../store.ts'

/** The parts of a store that have methods of their own; `null` is the store itself. */
export type Part =
  | { [Name in keyof Store]: Store[Name] extends (...args: never) => unknown ? never : Name }[keyof Store]
  | null

export interface Call {
  readonly id: number
  readonly part: Part
  readonly method: string
  readonly args: readonly unknown[]
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }

/** What comes before the first reply: steps that are taken, then whether the store is open. */
export type Opening = { readonly migrating: string } | { readonly failure: Failure | null }

/** An error as it crosses: a clone would lose its class. */
export interface Failure {
  readonly code: StoreError['code'] | null
  readonly message: string
  readonly stack: string | undefined
}

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: null, message: String(error), stack: undefined }
  const code = error instanceof StoreError ? error.code : null
  return { code, message: error.message, stack: error.stack }
}

export function fromFailure({ code, message, stack }: Failure): Error {
  const error = code === null ? new Error(message) : new StoreError(code, message)
  if (stack !== undefined) error.stack = stack
  return error
}
