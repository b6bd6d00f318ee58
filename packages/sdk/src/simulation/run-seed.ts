// One seed is one world with one story, the same for ever: in the tests, by command, and when somebody looks into a
// failure. A story that breaks a promise is made short before it is told.

import fc from 'fast-check'
import type { MutantName } from './mutants.ts'
import { story, tell, type Operation } from './operations.ts'
import { createWorld } from './world.ts'

export interface BrokenPromise {
  readonly seed: number
  /** The shortest story found, one line for each thing that happens. */
  readonly story: readonly string[]
  readonly faults: readonly string[]
}

/** A story is made shorter for so long at most. */
const SHRINKING_MS = 20_000

/** `null` where every promise holds. */
export async function runSeed(seed: number): Promise<BrokenPromise | null> {
  const until = Date.now() + SHRINKING_MS
  let shortest: readonly Operation[] = []
  let faults: readonly string[] = []
  const outcome = await fc.check(
    fc.asyncProperty(story, async (operations) => {
      const isFirst = faults.length === 0
      if (!isFirst && Date.now() > until) return true
      const found = await live(seed, operations, null)
      if (found.length === 0) return true
      ;[shortest, faults] = [operations, found]
      return false
    }),
    { seed, numRuns: 1 },
  )
  return outcome.failed ? { seed, story: shortest.map(tell), faults } : null
}

/** Whether a seed's world breaks a promise, without looking for a short story. */
export async function isNoticed(seed: number, mutant: MutantName): Promise<boolean> {
  const [operations = []] = fc.sample(story, { seed, numRuns: 1 })
  return (await live(seed, operations, mutant)).length > 0
}

async function live(
  seed: number,
  operations: readonly Operation[],
  mutant: MutantName | null,
): Promise<readonly string[]> {
  const world = createWorld(seed, mutant)
  for (const one of operations) await world.run(one)
  return world.verdict()
}
