// How many mails a person gets: counted by address, whatever conversation they come from, in the database, so that no restart
// and no other node begins anew. An address that nobody has proven may be a stranger's.

import type { CellStore } from '../../store/cells.ts'
import type { MailSecrets } from './mail-secrets.ts'

export interface MailQuota {
  /** When the next mail may leave to this address; now or earlier: at once. */
  freeAt(address: string, isVerified: boolean): Promise<number>
  /** Notes that one leaves. */
  note(address: string): Promise<void>
}

const SCOPE = 'mail-sent'
const DAY_MS = 86_400_000
const UNPROVEN = { spaceMs: 600_000, aDay: 5 }
const PROVEN = { spaceMs: 0, aDay: 50 }
/** More than anybody gets in a day. */
const KEPT = 60

interface Needs {
  readonly cells: CellStore
  readonly secrets: Pick<MailSecrets, 'sign'>
  readonly now: () => number
}

export function createMailQuota({ cells, secrets, now }: Needs): MailQuota {
  const keyOf = (address: string) => secrets.sign('recipient', address.toLowerCase())
  const read = (text: string | null): readonly number[] => {
    const times: readonly number[] = text === null ? [] : JSON.parse(text)
    return times.filter((at) => at > now() - DAY_MS)
  }
  return {
    async freeAt(address, isVerified) {
      const { spaceMs, aDay } = isVerified ? PROVEN : UNPROVEN
      const times = read(await cells.get(SCOPE, keyOf(address)))
      const oldest = times.at(-aDay)
      return Math.max((times.at(-1) ?? Number.NEGATIVE_INFINITY) + spaceMs, oldest === undefined ? 0 : oldest + DAY_MS)
    },
    async note(address) {
      const key = keyOf(address)
      for (;;) {
        const before = await cells.get(SCOPE, key)
        const after = JSON.stringify([...read(before), now()].slice(-KEPT))
        if (await cells.swap(SCOPE, key, before, after)) return
      }
    },
  }
}
