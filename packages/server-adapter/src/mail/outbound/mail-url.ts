import { toSafeUrl } from '@pendopo/protocol/rich-text'
import { InvalidMailError } from './invalid-mail-error.ts'

/** An address that may stand in a mail. Only this file makes one, so that nothing else becomes an `href`. */
export interface MailUrl {
  readonly href: string
}

/** For what people wrote: `null` where it stays text. */
export function toMailUrl(address: string): MailUrl | null {
  const href = toSafeUrl(address)
  return href === null ? null : { href }
}

/** For our own links, which are http or https; throws `InvalidMailError`. */
export function toWebUrl(field: string, address: string): MailUrl {
  const url = typeof address === 'string' ? toMailUrl(address) : null
  if (url === null || !/^https?:/.test(url.href)) throw new InvalidMailError(field, 'is not an http or https address')
  return url
}
