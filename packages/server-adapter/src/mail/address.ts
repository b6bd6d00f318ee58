// A mail address as something to compare: one form for all that mean the same mailbox. It knows nothing of display names
// or lists; those are taken apart where a mail is parsed.

import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/** RFC 5321: a path holds at most 254 characters. */
const LONGEST_ADDRESS = 254
export const LONGEST_LOCAL_PART = 64

// Control characters and line ends never belong to an address; in a header they begin another one.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f\s]/
const ATOMS = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u
/** Before it is turned into ASCII: that function reads an URL's host, which ends at `/` and may hold `%65` or `0x7f.1`. */
const WRITTEN_DOMAIN = /^[\p{L}\p{N}\p{M}.-]+$/u
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/

export interface AddressParts {
  /** In lower case, without quotes. */
  readonly local: string
  /** In ASCII and lower case. */
  readonly domain: string
}

/**
 * `Sari@Müller.example` as `sari@xn--mller-kva.example`; null for what is no address. Local parts are compared without
 * regard to case: hardly any mailbox tells `Sari` from `sari`, and mail programs change it on the way.
 */
export function normaliseAddress(address: string): string | null {
  const parts = splitAddress(address)
  return parts === null ? null : `${parts.local}@${parts.domain}`
}

/** The two halves of an address in their compared form, or null. */
export function splitAddress(address: string): AddressParts | null {
  if (address.length > LONGEST_ADDRESS) return null
  const text = address.trim()
  const at = text.lastIndexOf('@')
  if (at < 1) return null
  const local = localPart(text.slice(0, at))
  const domain = domainPart(text.slice(at + 1))
  return local === null || domain === null ? null : { local, domain }
}

/** Quotes are dropped where they change nothing; a local part that needs them is nobody we write to. */
function localPart(written: string): string | null {
  const isQuoted = written.length > 2 && written.startsWith('"') && written.endsWith('"')
  const bare = isQuoted ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written
  const local = bare.normalize('NFC').toLowerCase()
  const isFine = !UNSAFE.test(local) && ATOMS.test(local) && Buffer.byteLength(local) <= LONGEST_LOCAL_PART
  return isFine ? local : null
}

function domainPart(written: string): string | null {
  if (!WRITTEN_DOMAIN.test(written)) return null
  const domain = domainToASCII(written.replace(/\.$/, ''))
  return domain.length > 0 && DOMAIN.test(domain) && isIP(domain) === 0 ? domain : null
}
