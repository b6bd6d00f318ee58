// Both cores let loose on each other. A failing run prints its seed and path: put them into `examples` and it stays.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorld, type Mutant, type Operation } from './world.ts'

const RUNS = 500
/** The same 500 worlds in every run of the tests; another number makes others. */
const SEED = Number(process.env.PENDOPO_SIMULATION_SEED ?? 20_261_121)

const visitor = fc.nat(1)
const tab = fc.nat(2)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ type: fc.constant('send' as const), visitor, tab }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('agent-sends' as const), visitor }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('server-agent' as const),
      visitor,
      what: fc.constantFrom('post' as const, 'post' as const, 'close' as const, 'read' as const, 'assign' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('open-tab' as const), visitor }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reload' as const), visitor, tab }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('look' as const), visitor, tab, isVisible: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cut' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('dark' as const), isDark: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('lose-ack' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('refuse' as const),
      code: fc.constantFrom('rate_limited' as const, 'unavailable' as const, 'conflict' as const, 'internal' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('noise' as const), percent: fc.constantFrom(0, 5, 20, 50) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('acks-late' as const), ms: fc.constantFrom(0, 500, 9_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('disk' as const), visitor, fails: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('jump' as const),
      ms: fc.integer({ min: -259_200_000, max: 259_200_000 }),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 300, 2_000, 15_000) }),
  },
)

const property = (mutant: Mutant) =>
  fc.asyncProperty(
    fc.nat(1_000_000),
    fc.array(operation, { minLength: 5, maxLength: 60, size: 'max' }),
    async (seed, operations) => {
      const world = createWorld(seed, mutant)
      for (const one of operations) await world.run(one)
      const faults = await world.verdict()
      if (faults.length > 0) throw new Error(faults.join('\n'))
    },
  )

describe('the simulation', () => {
  it(
    `[OB9] [TL9] in ${RUNS} worlds of cuts, losses, repeats, crashes and clock jumps every promise holds`,
    { timeout: 120_000 },
    async () => {
      await fc.assert(property('none'), { numRuns: RUNS, seed: SEED })
    },
  )

  it.each<Mutant>(['server forgets commands', 'client never fetches', 'outbox does not persist'])(
    '[OB9] it notices when the %s',
    { timeout: 60_000 },
    async (mutant) => {
      const outcome = await fc.check(property(mutant), { numRuns: 200, seed: SEED, endOnFailure: true })
      expect(outcome.failed).toBe(true)
    },
  )
})
