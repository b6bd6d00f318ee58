// One address, strictly: what is not plainly one address is none. Quoted local parts, comments, groups, source routes and
// address literals are all legal somewhere and all of them have been used to send mail elsewhere, so they are refused.

import { domainToASCII } from 'node:url'
import { toHeaderText } from './header-text.ts'
import { InvalidMailError } from './invalid-mail-error.ts'

/** An address as a draft has it; the name may be anything. */
export interface MailAddress {
  readonly address: string
  readonly name?: string
}

/** An address that was checked: ASCII, one addr-spec; the name is one line, possibly empty. */
export interface Mailbox {
  readonly address: string
  readonly name: string
}

/** Code points of a display name. */
export const LONGEST_NAME = 80

const ATOM = "[A-Za-z0-9#$&'*+/=?^_{}~-]+"
const LOCAL = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`)
/** Before it is turned to ASCII: letters of any script, digits, hyphens and dots. `domainToASCII` alone decodes `%2e`. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The address with its domain in ASCII and lower case, or `null` where it is not exactly one address. */
export function toAddrSpec(typed: string): string | null {
  // An encoded word: some programs decode it within an address too, and read another one.
  if (typed.length > 254 || typed.includes('=?')) return null
  const at = typed.lastIndexOf('@')
  const local = typed.slice(0, Math.max(at, 0))
  const domain = typed.slice(at + 1)
  if (local.length > 64 || !LOCAL.test(local) || !DOMAIN.test(domain)) return null
  const host = domainToASCII(domain)
  if (host.length > 253 || !HOST.test(host)) return null
  return `${local}@${host}`
}

/** Throws `InvalidMailError`. */
export function toMailbox(field: string, { address, name = '' }: MailAddress): Mailbox {
  const checked = toAddrSpec(address)
  if (checked === null) throw new InvalidMailError(field, 'is not one e-mail address')
  return { address: checked, name: toHeaderText(name, LONGEST_NAME) }
}
