// An error as a sentence for an agent: what happened, what is safe, what to do.

import { AGENT_LIMITS, PendopoError } from '@pendopo/sdk/inbox'

/** Says when a limit ends, in words: seconds below two minutes, minutes from there. */
function toWait(ms: number | null): string {
  if (ms === null) return 'a little'
  const seconds = Math.max(1, Math.ceil(ms / 1_000))
  if (seconds < 120) return seconds === 1 ? 'a second' : `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}

/** Why signing in did not work. */
export function toLoginWords(error: unknown): string {
  return toFormWords(error, {
    wrong_credentials: 'This e-mail address and password do not belong together. Check both and try again.',
    invalid: 'That is not an e-mail address and a password. Check both and try again.',
  })
}

/** Why a code of the second step was not taken. */
export function toCodeWords(error: unknown): string {
  const wrong = 'This code is not right, or was used before. Wait for the next one in your app, then try again.'
  return toFormWords(error, { wrong_credentials: wrong, invalid: wrong })
}

/** Why the first or last question about two-step sign-in was not answered. */
export function toProofWords(error: unknown): string {
  const wrong = 'That is not right. Nothing has changed; check what you typed and try again.'
  return toFormWords(error, { wrong_credentials: wrong, invalid: wrong })
}

/** What a new password has to be. */
export const TOO_SHORT = `The new password needs at least ${AGENT_LIMITS.passwordLength} characters.`

/** Why the password is still the old one. */
export function toPasswordWords(error: unknown): string {
  return toFormWords(error, {
    wrong_credentials: 'That is not your current password. Nothing has changed; try again.',
    invalid: `${TOO_SHORT} Nothing has changed.`,
  })
}

/** Why the server did not take what was typed into a form about signing in; `own` is what two codes mean in it. */
function toFormWords(error: unknown, own: Readonly<Record<'wrong_credentials' | 'invalid', string>>): string {
  if (!(error instanceof PendopoError)) return 'The server could not be reached. Check your connection and try again.'
  switch (error.code) {
    case 'wrong_credentials':
    case 'invalid':
      return own[error.code]
    case 'unauthenticated':
      return 'You are signed out. Sign in, then try again.'
    case 'conflict':
      return 'Something changed meanwhile, in another window perhaps. Close this and open it again.'
    case 'rate_limited':
      return `Too many tries. Wait ${toWait(error.retryAfter)}, then try again.`
    case 'forbidden':
    case 'origin_refused':
      return 'The server does not accept this from here. Open the inbox at the address your admin gave you.'
    case 'upgrade':
      return 'This page is older than the server. Reload it, then try again.'
    case 'unavailable':
    case 'overloaded':
    case 'internal':
      return 'The server is not well at the moment. Nothing is lost; try again in a minute.'
    default:
      return 'That did not work. Try again in a minute.'
  }
}

/** Why what an agent just did was not done. `doing` completes "Unable to …". */
export function toActionWords(error: unknown, doing: string): string {
  const why = error instanceof PendopoError ? toReason(error) : 'something went wrong on this page'
  return `Unable to ${doing}: ${why}.`
}

/** Why the transcript was not mailed. */
export function toTranscriptWords(error: unknown): string {
  const code = error instanceof PendopoError ? error.code : null
  if (code === 'forbidden')
    return 'The transcript was not sent: nobody has shown yet that the address is theirs. Answer by e-mail first; their answer proves it.'
  if (code === 'invalid') return 'The transcript was not sent: there is no address, or nothing was said yet.'
  return toActionWords(error, 'send the transcript')
}

/** Why a message was refused for good; completes "Not sent: …". */
export function toRefusalWords(error: PendopoError, hasFiles = false): string {
  switch (error.code) {
    case 'forbidden':
    case 'not_found':
      return 'you may no longer write here'
    case 'unsupported_type':
      return 'the file is not what its name says'
    case 'too_large':
      return hasFiles ? 'the file is too large' : 'it is too long'
    default:
      return toReason(error)
  }
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
    case 'unknown':
    case 'upgrade':
      return 'this page is older than the server, reload it'
    case 'unsupported_type':
      return 'files of this kind are not taken'
    case 'origin_refused':
      return 'this page may not speak to the server'
    default:
      return 'the server did not take it, try again'
  }
}
