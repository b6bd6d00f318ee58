// What a sender and an agent wait for at a steady 1,000 durable messages a second. Times count from when a message was
// due, not from when the client got round to it.

import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { probeFsync } from '../lib/fsync-probe.mjs'
import { quantile, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'
import { fsyncNote, middleProbe } from './throughput.mjs'

const VISITORS = 100
const PER_SECOND = 1_000
const WARM_UP_MS = 3_000
const MEASURED_MS = 15_000
const REACH_ACK_MS = 25
const REACH_AGENT_MS = 30
/** The reach is meant for disks at least this fast. */
const FAST_DISK_MS = 1

export const latency = {
  name: 'latency',
  title: 'ack p99 and visitor → agent p99 at 1,000 durable messages/s',
  reach: `≤ ${REACH_ACK_MS} ms; ≤ ${REACH_AGENT_MS} ms (fdatasync p95 ≤ ${FAST_DISK_MS} ms)`,

  run: () =>
    inFolder(async (folder, defer) => {
      const client = startChild(moduleFile('client.mjs'))
      defer(() => client.close())
      const ours = await startPendopo(folder, defer)
      await client.ask('join', { kind: 'pendopo', visitors: VISITORS, ...ours.address })
      const probes = [probeFsync(folder)]
      const paced = await client.ask('pace', { perSecond: PER_SECOND, ms: MEASURED_MS, warmUpMs: WARM_UP_MS })
      probes.push(probeFsync(folder))
      if (paced.unacked !== 0 || paced.missing !== 0) {
        throw new Error(`${paced.unacked} messages were not acked, agents missed ${paced.missing}`)
      }
      const fsync = middleProbe(probes)
      const [ack, agent] = [paced.acks, paced.arrivals].map((times) => ({
        p50: significant(quantile(times, 0.5)),
        p99: significant(quantile(times, 0.99)),
      }))
      return {
        isReached: ack.p99 <= REACH_ACK_MS && agent.p99 <= REACH_AGENT_MS,
        values: { ack, agent, fsync },
        text: `ack p50 ${ack.p50} ms, p99 ${ack.p99} ms; agent p50 ${agent.p50} ms, p99 ${agent.p99} ms`,
        notes: [fsyncNote(fsync) + (fsync.p95 > FAST_DISK_MS ? ' (slower than the disk the reach is meant for)' : '')],
      }
    }),
}
