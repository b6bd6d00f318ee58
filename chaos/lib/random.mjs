// Randomness that a seed repeats. What a network and a scheduler make of it is theirs: a seed brings back the same
// faults at the same counts, not the same nanoseconds.

/** Mulberry32: small, fast, and good enough to choose victims with. */
export function createRandom(seed) {
  let state = seed >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    fraction,
    /** An integer from `low` to `high`, both possible. */
    between: (low, high) => low + Math.floor(fraction() * (high - low + 1)),
    chance: (share) => fraction() < share,
    pick: (list) => list[Math.floor(fraction() * list.length)],
  }
}
