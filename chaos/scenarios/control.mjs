// Row 0: the same proxy in front of plain socket.io, which promises nothing. If the harness does not see it lose, what
// the harness says of Pendopo means nothing.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { startProxy } from '../lib/proxy.mjs'
import { createRandom } from '../lib/random.mjs'
import { wait } from '../lib/wait.mjs'

const EVERY_MS = 5
const BLIND_MS = 60
const LEAST_LOST_UP = 50
const LEAST_LOST_DOWN = 100

const scale = { messages: 1_000, cuts: 16 }

export const control = {
  name: 'control',
  row: '0',
  title: 'positive control: plain socket.io',
  fault: 'cuts after 0 to 60 ms in which a connection passes nothing; the client reconnects by itself after 50 ms',
  scales: { short: scale, full: scale },
  async run({ scale: { messages, cuts }, context: { seed, defer } }) {
    const random = createRandom(seed + 1)
    const http = createServer()
    const server = new Server(http, { transports: ['websocket'] })
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
    defer(() => server.close())
    const proxy = await startProxy({ upstream: () => `http://127.0.0.1:${http.address().port}`, seed })
    defer(() => proxy.close())

    const up = []
    const down = []
    server.on('connection', (socket) => socket.on('say', (number) => up.push(number)))
    const client = io(proxy.url, { transports: ['websocket'], reconnectionDelay: 50, reconnectionDelayMax: 50 })
    defer(() => client.close())
    client.on('say', (number) => down.push(number))
    await new Promise((resolve) => client.once('connect', resolve))

    const cutting = (async () => {
      const pause = (messages * EVERY_MS) / (cuts + 1)
      for (let count = 0; count < cuts; count++) {
        await wait(pause * (0.75 + random.fraction() / 2))
        await proxy.cut({ blindMs: random.between(0, BLIND_MS) })
      }
    })()
    const started = performance.now()
    for (let number = 0; number < messages; number++) {
      client.emit('say', number)
      server.emit('say', number)
      await wait(started + (number + 1) * EVERY_MS - performance.now())
    }
    await cutting
    await wait(1_000)
    const lostUp = messages - new Set(up).size
    const lostDown = messages - new Set(down).size
    const passed = lostUp >= LEAST_LOST_UP && lostDown >= LEAST_LOST_DOWN
    return {
      passed,
      faults: passed ? [] : [`only ${lostUp} lost up and ${lostDown} down: this harness would not notice a loss`],
      counts: { sentUp: messages, sentDown: messages, cuts: proxy.counts.cuts, lostUp, lostDown },
    }
  },
}
