// Row 13: the SDK of the first issue against this server, and this SDK against the server of the first issue, with cuts.

import { openArena, withCleanUp } from '../lib/arena.mjs'
import { sum } from '../lib/judge.mjs'
import { CURRENT, firstProduct } from '../lib/products.mjs'
import { wait } from '../lib/wait.mjs'

export const oldAndNew = {
  name: 'old-and-new',
  row: '13',
  title: 'the SDK of the first issue and this server, and back',
  fault: 'one side is of the first issue; a cut every second',
  scales: {
    short: { visitors: 4, perVisitor: 25, perAgent: 40, everyMs: 150 },
    full: { visitors: 10, perVisitor: 80, perAgent: 210, everyMs: 150 },
  },
  async run({ scale, context }) {
    const first = await firstProduct()
    const pairs = [
      { client: first, server: CURRENT },
      { client: CURRENT, server: first },
    ]
    const results = []
    for (const pair of pairs)
      results.push(await withCleanUp((folder, defer) => play(scale, { ...context, ...pair, folder, defer })))
    return {
      passed: results.every(({ passed }) => passed),
      faults: results.flatMap(({ faults }) => faults),
      counts: sum(results.map(({ counts }) => counts)),
    }
  },
}

async function play({ visitors, ...plan }, context) {
  const arena = await openArena(context, { groups: [{ visitors }] })
  let isOver = false
  const cutting = (async () => {
    for (; !isOver; await wait(1_000)) void arena.proxy.cut({ blindMs: 30 })
  })()
  await arena.talk(plan)
  isOver = true
  await cutting
  await arena.calm()
  return arena.verdict()
}
