// Durable messages a second from 100 concurrent visitors, beside a bare echo that does nothing but store: both servers
// are up at once, each driven in turn by a client process of its own, so that an hour of slow disk hits both.

import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { probeFsync } from '../lib/fsync-probe.mjs'
import { median, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'

const VISITORS = 100
/** Many and short: a disk or a neighbour that has a bad second spoils a round, not the figure. */
const ROUNDS = 13
const ROUND_MS = 1_200
/** Until both have their compiled code: more of it takes longer, and a server that runs for days has it. */
const WARM_UP_MS = 8_000

export const throughput = {
  name: 'throughput',
  title: 'durable messages/s, 100 visitors, 2 agents watching, ÷ bare echo with one insert',
  reach: '≥ 0.5',

  run: ({ log }) =>
    inFolder(async (folder, defer) => {
      const child = (module) => {
        const started = startChild(moduleFile(module), { env: { BENCH_FOLDER: folder } })
        defer(() => started.close())
        return started
      }
      const bareServer = child('bare-echo.mjs')
      const bareClient = child('client.mjs')
      const ourClient = child('client.mjs')
      const ours = await startPendopo(folder, defer)
      await bareClient.ask('join', { kind: 'bare', visitors: VISITORS, ...(await bareServer.ask('listen')) })
      await ourClient.ask('join', { kind: 'pendopo', visitors: VISITORS, ...ours.address })
      await bareClient.ask('burst', { ms: WARM_UP_MS })
      await ourClient.ask('burst', { ms: WARM_UP_MS })

      const rounds = []
      const probes = [probeFsync(folder)]
      for (let round = 0; round < ROUNDS; round++) {
        const bare = await measure(bareClient, () => bareServer.ask('usage'))
        const our = await measure(ourClient, ours.usage)
        if (our.missing !== 0) throw new Error(`the agents missed ${our.missing} messages of ${our.sent}`)
        const ratio = our.perSecond / bare.perSecond
        rounds.push({ bare: bare.perSecond, ours: our.perSecond, ratio, bareCpu: bare.cpu, ourCpu: our.cpu })
        log(
          `throughput: round ${round + 1}: bare ${Math.round(bare.perSecond)}/s, ours ${Math.round(our.perSecond)}/s, ratio ${ratio.toFixed(2)}`,
        )
        probes.push(probeFsync(folder))
      }
      const ratios = rounds.map(({ ratio }) => ratio)
      const ratio = significant(median(ratios))
      const rate = (of) => Math.round(median(rounds.map((round) => round[of])))
      const cpu = (of) => significant(median(rounds.map((round) => round[of])))
      const cpuUs = { bare: cpu('bareCpu'), ours: cpu('ourCpu') }
      const spread = [Math.min(...ratios), Math.max(...ratios)].map((value) => significant(value))
      return {
        isReached: ratio >= 0.5,
        values: {
          ratio,
          spread,
          bare: rate('bare'),
          ours: rate('ours'),
          cpuUs,
          fsync: middleProbe(probes),
          rounds,
        },
        text: `${ratio} (${spread[0]}–${spread[1]} over ${ROUNDS} rounds); ours ${rate('ours')}/s, bare ${rate('bare')}/s`,
        notes: [
          `CPU time of the server per message: ours ${cpuUs.ours} µs, bare ${cpuUs.bare} µs`,
          fsyncNote(middleProbe(probes)),
        ],
      }
    }),
}

/** A burst, and the CPU time (in microseconds) that each of its messages took the server. */
export async function measure(client, usage) {
  const before = (await usage()).cpu
  const burst = await client.ask('burst', { ms: ROUND_MS })
  const after = (await usage()).cpu
  return { ...burst, cpu: (after.user - before.user + after.system - before.system) / burst.sent }
}

/** The middle one of several probes. */
export const middleProbe = (probes) => ({
  p50: significant(median(probes.map(({ p50 }) => p50))),
  p95: significant(median(probes.map(({ p95 }) => p95))),
})

export const fsyncNote = ({ p50, p95 }) => `fdatasync of a 4 kB append: p50 ${p50} ms, p95 ${p95} ms`
