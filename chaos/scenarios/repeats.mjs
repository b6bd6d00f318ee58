// Row 4: frames that come twice, and frames of a former connection that come again on the next.

import { openArena } from '../lib/arena.mjs'
import { createRandom } from '../lib/random.mjs'
import { wait } from '../lib/wait.mjs'

const DUPLICATE = 0.1
const REPLAY = 0.5

export const repeats = {
  name: 'repeats',
  row: '4',
  title: 'duplicated and late frames',
  fault: '10 % of the frames twice; after a cut, half of the last frames of the former connection again, both ways',
  scales: {
    short: { fleets: 1, visitors: 10, agents: 2, perVisitor: 30, perAgent: 40, everyMs: 250, cuts: 20, watched: 80 },
    full: { fleets: 2, visitors: 100, agents: 2, perVisitor: 495, perAgent: 300, everyMs: 500, cuts: 500, watched: 80 },
  },
  async run({ scale, context }) {
    const { fleets, visitors, agents, watched, cuts, ...plan } = scale
    const arena = await openArena(context, {
      groups: Array.from({ length: fleets }, () => ({ visitors: visitors / fleets })),
      agents,
      watched,
    })
    const random = createRandom(context.seed + 1)
    arena.proxy.set({ duplicate: DUPLICATE, replay: REPLAY })
    const pause = (plan.perVisitor * plan.everyMs) / cuts
    const cutting = (async () => {
      for (let count = 0; count < cuts; count++) {
        await wait(pause * (0.5 + random.fraction()))
        void arena.proxy.cut({ blindMs: random.between(0, 20) })
      }
    })()
    await Promise.all([arena.talk(plan), cutting])
    await arena.calm()
    const { counts, faults, passed } = await arena.verdict()
    return { passed, faults, counts: { ...counts, ...arena.proxy.counts } }
  },
}
