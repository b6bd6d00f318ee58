// To whom a mail went: its event names the mail, and the address is that which the conversation had then. Where it is not
// known for sure, nothing is said.

import type { ThreadItem } from '@pendopo/sdk/inbox'

/** Addresses by the id of the `mail.sent` that went there. `current` is the conversation's own, for when it never changed in what is loaded. */
export function toAddresses(items: readonly ThreadItem[], current: string | null): ReadonlyMap<string, string> {
  const given = (item: ThreadItem): string | undefined =>
    item.type === 'event' && (item.kind === 'address.given' || item.kind === 'conversation.opened')
      ? item.words?.email
      : undefined
  let address = items.some((item) => given(item) !== undefined) ? undefined : (current ?? undefined)
  const addresses = new Map<string, string>()
  for (const item of items) {
    address = given(item) ?? address
    if (address !== undefined && item.type === 'event' && item.kind === 'mail.sent') addresses.set(item.id, address)
  }
  return addresses
}
