// Row 1b: eight faults put into the built product on purpose; a row of this harness has to notice each. A mutant replaces
// text of the build; where that text is not found any more the row fails and says so, and the mutant is to be renewed.

import { withCleanUp } from '../lib/arena.mjs'
import { mutatedProduct } from '../lib/products.mjs'
import { cuts } from './cuts.mjs'
import { diskFull } from './disk-full.mjs'
import { killClient } from './kill-client.mjs'
import { powerLoss } from './power-loss.mjs'
import { twoTabs } from './two-tabs.mjs'

/** Broken products never come to rest. */
const PATIENCE = { drainMs: 8_000, convergeMs: 4_000 }

/** Nor may they hold everything up. */
const LONGEST_MS = 120_000

/** They mostly wait. */
const AT_ONCE = 4

/** Where nothing was lost by chance, the next seed has another chance: a row in small may meet no frame that matters. */
const TRIES = 3

const CUTS = { fleets: 1, visitors: 10, agents: 2, perVisitor: 20, perAgent: 40, everyMs: 200, cuts: 20, watched: 80 }
const APPEND = /await store\.log\.append\(workspace, appends\)/

const MUTANTS = [
  {
    name: 'remembers no command',
    package: 'server-adapter',
    // The digest marks what a repeat is recognised by, in memory and in the unique index.
    from: /command === (?:void 0|null|undefined) \? null : command\.digest/,
    to: 'null',
    caughtBy: cuts,
    scale: CUTS,
  },
  {
    name: 'ticks before the commit',
    package: 'server-adapter',
    from: APPEND,
    to: `(group.forEach((waiting, index) => "outcome" in plan.batches[index] && waiting.resolve(plan.batches[index].outcome)), await new Promise((resolve) => setTimeout(resolve, 5)), $&)`,
    caughtBy: powerLoss,
    scale: { acks: 10 },
  },
  {
    name: 'ticks what failed',
    package: 'server-adapter',
    from: APPEND,
    to: 'await (async () => store.log.append(workspace, appends))().catch(() => appends.map(() => "appended"))',
    caughtBy: diskFull,
    scale: { visitors: 2, cycles: 1, everyMs: 100, fullMs: 1_500 },
  },
  {
    name: 'numbers by the clock',
    package: 'server-adapter',
    // Where the row is written: what is planned with a gap is refused before it gets there.
    from: /event\.seq,(?=\s*event\.publicSeq,)/,
    to: 'event.seq + (Math.floor(event.at / 1_000) % 2),',
    caughtBy: cuts,
    scale: { ...CUTS, visitors: 2, perVisitor: 10, agents: 0, perAgent: 0, cuts: 2 },
  },
  {
    name: 'fetches no gap',
    package: 'sdk',
    from: /event\.n > n \+ 1/,
    to: 'false',
    caughtBy: cuts,
    scale: CUTS,
  },
  {
    name: 'keeps no outbox',
    package: 'sdk',
    // What storage is asked to keep stays in memory.
    from: /work\(storage\)/,
    to: `work({
      ...storage,
      entries: async () => [...(options.kept ??= new Map()).values()],
      put: async (commands) => commands.map((command) => {
        const entry = { ...command, position: (options.position = (options.position ?? 0) + 1) };
        (options.kept ??= new Map()).set(entry.position, entry);
        return entry;
      }),
      remove: async (positions) => positions.forEach((position) => options.kept?.delete(position)),
    })`,
    caughtBy: killClient,
    scale: { cycles: 1, visitors: 2 },
  },
  {
    name: 'drops its outbox on reconnect',
    package: 'sdk',
    from: /const stopOnline = connection\.onOnline\(\(\) => \{(?=\s+head = )/,
    to: 'let ups = 0;\n$&\nif (ups++ > 0) void options.withdraw(options.entries().map(({ command }) => command.id));',
    caughtBy: cuts,
    scale: CUTS,
  },
  {
    name: 'drains in every tab',
    package: 'sdk',
    from: /if \(isLeading \|\| options\.isAlone\(\)\) return true/,
    to: 'return true',
    caughtBy: twoTabs,
    scale: { runs: 2, messages: 10, atOnce: 1, equalWithinMs: 10_000 },
  },
]

export const mutants = {
  name: 'mutants',
  row: '1b',
  title: 'eight broken products',
  fault: MUTANTS.map(({ name, caughtBy }) => `${name} (${caughtBy.name})`).join('; '),
  scales: { short: {}, full: {} },
  async run({ context }) {
    const escaped = []
    let missed = 0
    const left = [...MUTANTS]
    const hunt = async () => {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const { name, caughtBy } = mutant
        let outcome = { passed: true, faults: [] }
        for (let tries = 0; tries < TRIES && outcome.passed; tries++) {
          outcome = await play(mutant, { ...context, seed: context.seed + tries })
          if (outcome.passed) missed += 1
        }
        const { passed, faults } = outcome
        context.log(`${passed ? 'ESCAPED' : 'caught '} "${name}"${passed ? '' : `: ${faults[0]}`}`)
        if (passed) escaped.push(`"${name}" was not noticed by ${caughtBy.name}: this harness is void`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, hunt))
    return {
      passed: escaped.length === 0,
      faults: escaped,
      counts: { mutants: MUTANTS.length, caught: MUTANTS.length - escaped.length, missedTries: missed },
    }
  },
}

function play({ caughtBy, scale, ...mutation }, context) {
  const product = mutatedProduct(mutation)
  const sides = mutation.package === 'sdk' ? { client: product } : { server: product }
  return withCleanUp(
    (folder, defer) => caughtBy.run({ scale, context: { ...context, ...sides, folder, defer, patience: PATIENCE } }),
    LONGEST_MS,
  )
}
