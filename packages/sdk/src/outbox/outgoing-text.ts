import { CLIENT_LIMITS } from '@pendopo/protocol'
import { PendopoError } from '../pendopo-error.ts'

// oxlint-disable-next-line no-control-regex
const NUL = /\u0000/g
// Pairs are matched so that what is left over is alone: a look-behind would not even parse in Safari before 16.4.
const SURROGATES = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g

/**
 * Text as it may be stored: well-formed Unicode without NUL. Throws `invalid` where it is no text (types do not hold
 * everywhere) or nothing is left, `too_large` past the limit.
 */
export function toOutgoingText(text: unknown): string {
  if (typeof text !== 'string') throw new PendopoError('invalid', "unable to send; a message is like { text: 'Hello' }")
  const kept = text.replace(NUL, '').replace(SURROGATES, (found) => (found.length === 2 ? found : '\uFFFD'))
  if (kept.trim() === '') throw new PendopoError('invalid', 'unable to send; the message is empty')
  if (kept.length > CLIENT_LIMITS.textLength)
    throw new PendopoError(
      'too_large',
      `unable to send; the message has ${kept.length} of at most ${CLIENT_LIMITS.textLength} characters`,
    )
  return kept
}
