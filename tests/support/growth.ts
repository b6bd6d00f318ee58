// How the time of a function grows with its input: a ratio, because machines differ by more than any number of
// milliseconds leaves room for.

import { expect } from 'vitest'

/** Processor time, and the best of some runs: a busy machine or a collection of garbage slows the others only. */
const leastMs = (run: () => unknown): number =>
  Math.min(
    ...Array.from({ length: 10 }, () => {
      const before = process.cpuUsage()
      run()
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1_000
    }),
  )

/**
 * Four times the text takes about four times the time, where quadratic work takes sixteen. `piece` is repeated up to
 * `length` characters; what takes next to nothing is not compared.
 */
export function expectLinear(run: (text: string) => unknown, piece: string, length: number): void {
  const msFor = (characters: number) => {
    const text = piece.repeat(Math.ceil(characters / piece.length)).slice(0, characters)
    return leastMs(() => run(text))
  }
  expect(msFor(length), `${JSON.stringify(piece)}, four times as long`).toBeLessThanOrEqual(9 * msFor(length / 4) + 5)
}
