// Whether a From header can mean one sender only. Programs disagree about headers with several addresses, groups, comments
// and quotes: one shows the first, another the last, a third authenticates a domain that nobody sees. So only what leaves
// no choice counts as plain.

import { addressParser } from 'postal-mime'
import { normaliseAddress } from '../address.ts'
import type { MailAddress } from './parsed-mail.ts'

/** The addresses of a header, groups opened, the display name as a claim. */
export function readAddresses(value: string): readonly MailAddress[] {
  return addressParser(value, { flatten: true })
    .flatMap((found) => found.group ?? [found])
    .filter(({ address }) => address !== '')
    .map(({ name, address }) => ({ name, address }))
}

/** One address, the only thing in the header that looks like one; a display name may repeat it. */
export function isPlainSender(value: string): boolean {
  const addresses = addressParser(value)
  const [only] = addresses
  if (addresses.length !== 1 || only === undefined || only.group !== undefined) return false
  const address = normaliseAddress(only.address)
  if (address === null) return false
  const bare = withoutQuoted(value)
  if (bare === null || (bare.match(/</g) ?? []).length > 1 || /[;,]/.test(bare)) return false
  const seen = bare.split(/[\s<>]+/).filter((word) => word.includes('@'))
  return seen.length > 0 && seen.every((word) => normaliseAddress(word) === address)
}

/** What stands outside quotes and comments; null where one of them does not end. */
function withoutQuoted(value: string): string | null {
  let bare = ''
  let isQuoted = false
  let depth = 0
  for (let at = 0; at < value.length; at += 1) {
    const letter = value[at] ?? ''
    if (letter === '\\' && (isQuoted || depth > 0)) at += 1
    else if (letter === '"' && depth === 0) isQuoted = !isQuoted
    else if (letter === '(' && !isQuoted) depth += 1
    else if (letter === ')' && !isQuoted && depth > 0) depth -= 1
    else if (!isQuoted && depth === 0) bare += letter
  }
  return isQuoted || depth > 0 ? null : bare
}
