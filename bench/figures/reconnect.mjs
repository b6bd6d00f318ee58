// Everybody at once: the server is killed under connected visitors with a conversation each, and started again. Each is
// back when it has found its conversation whole and a new message of it is acked.

import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { quantile, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'

const CLIENTS = 10_000
const REACH_S = 60
/** File descriptors a process needs beside its sockets. */
const SPARE_FILES = 200

export const reconnect = {
  name: 'reconnect',
  title: '10,000 visitors reconnecting at once after a kill -9: all back, none lost',
  reach: `≤ ${REACH_S} s, 0 lost`,

  run: ({ log, openFiles, options }) =>
    inFolder(async (folder, defer) => {
      const wanted = options.clients ?? CLIENTS
      const count = Math.min(wanted, openFiles - SPARE_FILES)
      const client = startChild(moduleFile('reconnect-client.mjs'))
      defer(() => client.close())
      let server = await startPendopo(folder, () => {})
      defer(() => server.close())
      await client.ask('join', { count, ...server.address })
      log(`reconnect: ${count} connected, each with a conversation`)
      const killed = Date.now()
      await server.kill()
      server = await startPendopo(folder, () => {}, { port: Number(new URL(server.address.url).port) })
      const ready = Date.now()
      const { back, lost } = await client.ask('whenBack')
      const waits = back.map((at) => (at - killed) / 1_000)
      const [p50, all] = [significant(quantile(waits, 0.5)), significant(Math.max(...waits))]
      const up = significant((ready - killed) / 1_000)
      const notes = [
        `the server was up again after ${up} s; the clients wait as the SDK does: 0.5 s doubled up to 30 s, with jitter`,
      ]
      if (count < wanted) notes.push(`only ${count} clients: open files are limited to ${openFiles} (ulimit -n)`)
      return {
        isReached: all <= REACH_S && lost === 0 && count >= CLIENTS,
        values: { clients: count, all, p50, up, lost },
        text: `all ${count} back after ${all} s (half after ${p50} s), ${lost} lost`,
        notes,
      }
    }),
}
