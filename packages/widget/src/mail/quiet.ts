// Whoever does not want to leave an address is left in peace for this conversation. That stands in the flag which says that
// a conversation is under way (`returning.ts`), so it goes when the conversation is closed, and with the visitor.

import { flagOf } from '../returning.ts'

const QUIET = 'no-mail'

export function isQuiet(site: string): boolean {
  try {
    return localStorage.getItem(flagOf(site)) === QUIET
  } catch {
    return false
  }
}

export function keepQuiet(site: string): void {
  try {
    localStorage.setItem(flagOf(site), QUIET)
  } catch {
    // Without storage it is asked again on the next page.
  }
}
