// What Postgres and the way to it may answer, as the store's errors. What is not the database's doing (a fault of ours)
// passes unchanged.

import pg from 'pg'
import { StoreError } from '../store-error.ts'

/**
 * Classes of SQLSTATE after which the same request may succeed later: lost connections, rolled back for the sake of
 * others, out of disk or memory, stopped by an operator or a time limit, input/output, locks not given.
 */
const UNAVAILABLE_CLASSES = ['08', '40', '53', '57', '58', '55', 'XX']
/** Refused by a server that only reads (a standby before it takes over), and a database or user that is not there (yet). */
const UNAVAILABLE = ['25006', '28000', '28P01', '3D000']
const UNIQUE_VIOLATION = '23505'
/** Serialization failure, deadlock: to be tried again at once. */
const IN_EACH_OTHERS_WAY = ['40001', '40P01']

const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? (error.code ?? '') : undefined

export const isInEachOthersWay = (error: unknown): boolean => IN_EACH_OTHERS_WAY.includes(sqlState(error) ?? '')

/** Whether the connection itself has gone, or is in a state nobody knows. */
export const isBrokenConnection = (error: unknown): boolean => {
  const state = sqlState(error)
  return state === undefined || state.startsWith('08') || state.startsWith('57P')
}

/** An error of asking the database; whatever is no answer of the server's is the way to it. */
export function toStoreError(what: string, error: unknown): unknown {
  if (error instanceof StoreError) return error
  const state = sqlState(error)
  if (state === UNIQUE_VIOLATION) return new StoreError('taken', `unable to ${what}; it is in use`, { cause: error })
  if (state === undefined || UNAVAILABLE.includes(state) || UNAVAILABLE_CLASSES.includes(state.slice(0, 2)))
    return new StoreError('unavailable', `unable to ${what}; ${reasonOf(error)}`, { cause: error })
  return error
}

/** A refused connection to a name with several addresses has its reasons inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
