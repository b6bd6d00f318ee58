// To whom a mail came: what its head says, and what the systems on the way noted. All of it can be written by the sender,
// so it says where a token may stand and never that one is good.

import { isTagged } from '../token-places.ts'
import { headerValues, type ParsedMail } from './parsed-mail.ts'
import { readAddresses } from './sender-header.ts'

/** Where receivers note the address a mail was delivered for. */
const DELIVERY_HEADERS = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-forwarded-to']
const MOST_NOTED = 50

/** The addresses a mail was sent or delivered to, those of Cc apart. */
export function recipientsOf(
  mail: ParsedMail,
  envelopeTo: readonly string[] = [],
): { readonly to: readonly string[]; readonly cc: readonly string[] } {
  const noted = DELIVERY_HEADERS.flatMap((name) => headerValues(mail, name)).slice(0, MOST_NOTED)
  const addresses = noted.flatMap((value) => readAddresses(value).map(({ address }) => address))
  return {
    to: [...envelopeTo, ...mail.to.map(({ address }) => address), ...addresses],
    cc: mail.cc.map(({ address }) => address),
  }
}

/** Whether an address is one of ours, with any tag. */
export const isOwn = (address: string, own: readonly string[]): boolean => own.some((base) => isTagged(address, base))
