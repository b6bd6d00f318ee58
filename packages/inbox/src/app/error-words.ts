// An error as a sentence for an agent: what happened, what is safe, what to do.

import { PendopoError } from '@pendopo/sdk/inbox'

/** Says when a limit ends, in words: seconds below two minutes, minutes from there. */
function toWait(ms: number | null): string {
  if (ms === null) return 'a little'
  const seconds = Math.max(1, Math.ceil(ms / 1_000))
  if (seconds < 120) return seconds === 1 ? 'a second' : `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}

/** Why signing in did not work. */
export function toLoginWords(error: unknown): string {
  if (!(error instanceof PendopoError)) return 'The server could not be reached. Check your connection and try again.'
  switch (error.code) {
    case 'wrong_credentials':
    case 'unauthenticated':
      return 'This e-mail address and password do not belong together. Check both and try again.'
    case 'rate_limited':
      return `Too many tries. Wait ${toWait(error.retryAfter)}, then try again.`
    case 'invalid':
      return 'That is not an e-mail address and a password. Check both and try again.'
    case 'forbidden':
    case 'origin_refused':
      return 'The server does not accept sign-ins from this address. Open the inbox at the address your admin gave you.'
    case 'upgrade':
      return 'This page is older than the server. Reload it, then sign in.'
    case 'unavailable':
    case 'overloaded':
    case 'internal':
      return 'The server is not well at the moment. Nothing is lost; try again in a minute.'
    default:
      return 'Signing in did not work. Try again in a minute.'
  }
}

/** Why what an agent just did was not done. `doing` completes "Unable to …". */
export function toActionWords(error: unknown, doing: string): string {
  const why = error instanceof PendopoError ? toReason(error) : 'something went wrong on this page'
  return `Unable to ${doing}: ${why}.`
}

function toReason(error: PendopoError): string {
  switch (error.code) {
    case 'forbidden':
      return 'your role does not allow it'
    case 'not_found':
      return 'it is no longer there, or not for you to see'
    case 'rate_limited':
      return `too much in a short time, wait ${toWait(error.retryAfter)}`
    case 'too_large':
    case 'invalid':
      return 'the server does not take it in this form'
    case 'conflict':
    case 'id_reused':
      return 'somebody was quicker'
    case 'unauthenticated':
    case 'wrong_credentials':
      return 'you are signed out'
    case 'upgrade':
      return 'this page is older than the server, reload it'
    default:
      return 'the server did not take it, try again'
  }
}
