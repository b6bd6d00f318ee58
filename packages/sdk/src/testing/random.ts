import type { RandomBytes } from '@pendopo/protocol'

export interface Random {
  /** In [0, 1). */
  fraction(): number
  /** 0 … below − 1. */
  integer(below: number): number
  readonly bytes: RandomBytes
}

/** The same seed, the same numbers (mulberry32): a failing run can be repeated. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    fraction,
    integer: (below) => Math.floor(fraction() * below),
    bytes: (bytes) => bytes.map(() => Math.floor(fraction() * 256)),
  }
}
