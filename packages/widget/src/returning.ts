// One flag in localStorage: this browser has a conversation under way on this site, so the next page loads the chat at
// once. The chat sets it with the first message; the loader only reads it, because looking into IndexedDB from there
// would cost bytes and may create a database. Storage that throws (sandboxed frames, blocked cookies) means "no".

/** Where the flag is. What it says may be more than `1`: see `mail/quiet.ts`. */
export const flagOf = (site: string): string => `pendopo:${site}`

/** Whether a conversation was under way when this browser was last here. Creates nothing. */
export function isUnderWay(site: string): boolean {
  try {
    return localStorage.getItem(flagOf(site)) !== null
  } catch {
    return false
  }
}

/** Remembers or forgets that a conversation is under way. */
export function setUnderWay(site: string, underWay: boolean): void {
  try {
    if (underWay) localStorage.setItem(flagOf(site), localStorage.getItem(flagOf(site)) ?? '1')
    else localStorage.removeItem(flagOf(site))
  } catch {
    // Without storage the chat loads on the next click: slower, not wrong.
  }
}
