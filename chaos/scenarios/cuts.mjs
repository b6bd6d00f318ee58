// Row 3: frames that vanish, either way, and connections that are cut after a moment in which they pass nothing.

import { openArena } from '../lib/arena.mjs'
import { createRandom } from '../lib/random.mjs'

const DROP = 0.05
const BLIND_MS = 60

export const cuts = {
  name: 'cuts',
  row: '3',
  title: 'dropped frames, cuts',
  fault: '5 % of the frames dropped each way; connections cut after 0 to 60 ms in which they pass nothing',
  scales: {
    short: { fleets: 1, visitors: 10, agents: 2, perVisitor: 30, perAgent: 40, everyMs: 250, cuts: 30, watched: 80 },
    full: {
      fleets: 4,
      visitors: 200,
      agents: 4,
      perVisitor: 495,
      perAgent: 300,
      everyMs: 600,
      cuts: 1_000,
      watched: 80,
    },
  },
  async run({ scale, context }) {
    const { fleets, visitors, agents, watched, cuts, ...plan } = scale
    const arena = await openArena(context, {
      groups: Array.from({ length: fleets }, () => ({ visitors: visitors / fleets })),
      agents,
      watched,
    })
    const random = createRandom(context.seed + 1)
    arena.proxy.set({ drop: DROP })
    const talking = arena.talk({ ...plan, everyMs: plan.everyMs })
    const pause = (plan.perVisitor * plan.everyMs) / cuts
    const cutting = (async () => {
      for (let count = 0; count < cuts; count++) {
        await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + random.fraction())))
        void arena.proxy.cut({ blindMs: random.between(0, BLIND_MS) })
      }
    })()
    await Promise.all([talking, cutting])
    await arena.calm()
    const { counts, faults, passed } = await arena.verdict()
    return { passed, faults, counts: { ...counts, ...arena.proxy.counts } }
  },
}
