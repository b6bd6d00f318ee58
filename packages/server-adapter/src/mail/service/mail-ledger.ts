// How many of something there were lately. It is counted in the database, in one cell by compare-and-swap, so that all nodes
// count together, no restart begins anew, and of many at once no more pass than there is room for.

import type { CellStore } from '../../store/cells.ts'

export interface Window {
  readonly ms: number
  /** How many in any such time. */
  readonly most: number
}

export interface Ledger {
  /** Until when there is no room; `null`: there is. */
  fullUntil(key: string, windows: readonly Window[]): Promise<number | null>
  /** Counts so many if there is room for one; resolves with how to take that back, or with until when there is none. */
  take(key: string, windows: readonly Window[], count?: number): Promise<Taken | { readonly fullUntil: number }>
}

export interface Taken {
  /** It did not happen. */
  giveBack(): Promise<void>
}

interface LedgerOptions {
  readonly cells: Pick<CellStore, 'get' | 'swap'>
  readonly scope: string
  /** The longest window there is. */
  readonly longestMs: number
  /** What falls into the same time of this length is one entry, so that thousands stay a short text. */
  readonly grainMs: number
  /** Entries that are kept, the newest: where it is the most of all windows, older ones could change nothing. */
  readonly keep: number
  readonly now: () => number
}

type Entry = readonly [at: number, count: number]

export function createLedger({ cells, scope, longestMs, grainMs, keep, now }: LedgerOptions): Ledger {
  const read = (text: string | null): readonly Entry[] => {
    const entries: readonly Entry[] = text === null ? [] : JSON.parse(text)
    return entries.filter(([at]) => at > now() - longestMs)
  }

  async function change(key: string, toNext: (entries: readonly Entry[]) => readonly Entry[] | null): Promise<void> {
    for (;;) {
      const before = await cells.get(scope, key)
      const next = toNext(read(before))
      if (next === null) return
      if (await cells.swap(scope, key, before, next.length === 0 ? null : JSON.stringify(next.slice(-keep)))) return
    }
  }

  return {
    fullUntil: async (key, windows) => fullUntil(read(await cells.get(scope, key)), windows, now()),
    async take(key, windows, count = 1) {
      // The end of the time it falls into: a window never holds more than its most, and is full a little longer at worst.
      const at = (Math.floor(now() / grainMs) + 1) * grainMs - 1
      let full: number | null = null
      await change(key, (entries) => {
        full = fullUntil(entries, windows, now())
        return full === null ? add(entries, at, count) : null
      })
      if (full !== null) return { fullUntil: full }
      return { giveBack: () => change(key, (entries) => add(entries, at, -count)) }
    },
  }
}

function add(entries: readonly Entry[], at: number, count: number): readonly Entry[] {
  const known = entries.find((entry) => entry[0] === at)?.[1] ?? 0
  const others = entries.filter((entry) => entry[0] !== at)
  return known + count <= 0
    ? others
    : [...others, [at, known + count] as const].toSorted(([one], [other]) => one - other)
}

function fullUntil(entries: readonly Entry[], windows: readonly Window[], now: number): number | null {
  const until = Math.max(0, ...windows.map((window) => freeAt(entries, window)))
  return until > now ? until : null
}

/** When the first entry that is one too many leaves the window. */
function freeAt(entries: readonly Entry[], { ms, most }: Window): number {
  let sum = 0
  for (const [at, count] of entries.toReversed()) {
    sum += count
    if (sum >= most) return at + ms
  }
  return 0
}
