// How soon a message is acked again after the server was killed: visitors with the SDK who keep writing, SIGKILL, and a
// start on the same data. Counted from the kill, so with the server's own start and the clients' patience in it.

import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { quantile, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'

const VISITORS = 20
const KILLS = 15
const REACH_S = 3
/** Between kills: everybody writes again, and a connection has earned its quick first retry. */
const CALM_MS = 12_000

export const restart = {
  name: 'restart',
  title: `first ack after a kill -9 and restart under ${VISITORS} visitors, p99`,
  reach: `≤ ${REACH_S} s`,

  run: ({ log }) =>
    inFolder(async (folder, defer) => {
      const client = startChild(moduleFile('restart-client.mjs'))
      defer(() => client.close())
      let server = await startPendopo(folder, () => {})
      defer(() => server.close())
      await client.ask('join', { visitors: VISITORS, ...server.address })
      const waits = []
      const starts = []
      for (let kill = 1; kill <= KILLS; kill++) {
        await new Promise((resolve) => setTimeout(resolve, CALM_MS))
        const killed = Date.now()
        await server.kill()
        server = await startPendopo(folder, () => {}, { port: Number(new URL(server.address.url).port) })
        const ready = Date.now()
        starts.push(ready - killed)
        const acked = await client.ask('firstAcks', { after: ready })
        waits.push(...acked.map((at) => at - killed))
        log(
          `restart: kill ${kill} of ${KILLS}: up after ${ready - killed} ms, all acked after ${Math.max(...waits.slice(-VISITORS))} ms`,
        )
      }
      const { sent, stored, shown } = await client.ask('finish')
      if (sent !== stored || sent !== shown)
        throw new Error(`${sent} were sent, ${stored} ticked, ${shown} are in the log`)
      const [p50, p99] = [0.5, 0.99].map((p) => significant(quantile(waits, p) / 1_000))
      const up = significant(quantile(starts, 0.5) / 1_000)
      return {
        isReached: p99 <= REACH_S,
        values: { p50, p99, up, kills: KILLS, sent },
        text: `p99 ${p99} s, p50 ${p50} s (${KILLS} kills); of it the server's start ${up} s`,
        notes: [`${sent} messages were sent, all are stored, once`],
      }
    }),
}
