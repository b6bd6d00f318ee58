// What went wrong with an IMAP server, from the errors of ImapFlow and of Node.

import { toReason } from '../../doctor/finding.ts'
import { toTlsWords } from '../tls-words.ts'

/** A server's own words are quoted, not many of them. */
const QUOTE_LENGTH = 200

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined

/** The fields of an error that are text. */
export function textOf(error: unknown, name: string): string | undefined {
  const value = field(error, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** RFC 5530: it will pass without anybody doing anything. */
const PASSING_REFUSALS = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG'])

/** The server does not let this user in; asking again soon helps nobody and may lock the account. */
export function isLoginRefused(error: unknown): boolean {
  return (
    field(error, 'authenticationFailed') === true &&
    !PASSING_REFUSALS.has(textOf(error, 'serverResponseCode') ?? '') &&
    textOf(error, 'code') === undefined
  )
}

/** The server answered, and said no to this one command. */
export function isCommandRefused(error: unknown): boolean {
  return field(error, 'responseStatus') === 'NO' || field(error, 'responseStatus') === 'BAD'
}

export const isTooLarge = (error: unknown): boolean =>
  ['LiteralTooLarge', 'ResponseTooLarge'].includes(textOf(error, 'code') ?? '')

/** One line for people. */
export function toProblem(error: unknown): string {
  const said = textOf(error, 'responseText') ?? textOf(error, 'response') ?? textOf(error, 'reason')
  const text = said === undefined ? toTlsWords(toReason(error)) : `the server says: ${said.replaceAll(/\s+/g, ' ')}`
  return text.slice(0, QUOTE_LENGTH)
}
