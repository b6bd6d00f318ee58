import { atom, onMount, type ReadableAtom } from 'nanostores'

/** Waiting times are shown in minutes: looking four times a minute is never late by more than a reader would notice. */
const TICK_MS = 15_000

/** The present, in milliseconds since 1970, for what grows old on the screen. Ticks only while somebody looks. */
export function createNow(now: () => number = Date.now): ReadableAtom<number> {
  const $now = atom(now())
  onMount($now, () => {
    $now.set(now())
    const timer = setInterval(() => $now.set(now()), TICK_MS)
    return () => clearInterval(timer)
  })
  return $now
}
