// What a connected visitor who says nothing costs the server in memory.

import { startChild } from '../lib/children.mjs'
import { inFolder, moduleFile } from '../lib/folder.mjs'
import { significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'

const CONNECTIONS = 10_000
const REACH_KB = 40
/** One ping of every socket falls into it: what only lives during the handshake is gone by then. */
const SETTLE_MS = 30_000
/** File descriptors a process needs beside its sockets. */
const SPARE_FILES = 200

export const idle = {
  name: 'idle',
  title: '10,000 idle connected visitors: memory per connection',
  reach: `≤ ${REACH_KB} kB`,

  run: ({ log, openFiles }) =>
    inFolder(async (folder, defer) => {
      const count = Math.min(CONNECTIONS, openFiles - SPARE_FILES)
      const client = startChild(moduleFile('client.mjs'))
      defer(() => client.close())
      const ours = await startPendopo(folder, defer)
      const { memory: before } = await ours.usage()
      const started = performance.now()
      await client.ask('connectIdle', { count, ...ours.address })
      const connectedIn = significant((performance.now() - started) / 1_000)
      log(`idle: ${count} connected in ${connectedIn} s, settling`)
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      await client.ask('check')
      const { memory: after } = await ours.usage()
      const kB = (name) => significant((after[name] - before[name]) / count / 1_000)
      const notes = [`connected in ${connectedIn} s; of it on the JS heap ${kB('heapUsed')} kB`]
      if (count < CONNECTIONS)
        notes.push(`only ${count} connections: the limit of open files is ${openFiles} (ulimit -n)`)
      return {
        isReached: kB('rss') <= REACH_KB && count === CONNECTIONS,
        values: {
          connections: count,
          kBPerConnection: kB('rss'),
          heapKBPerConnection: kB('heapUsed'),
          connectedIn,
        },
        text: `${kB('rss')} kB (resident set, ${count} connections)`,
        notes,
      }
    }),
}
