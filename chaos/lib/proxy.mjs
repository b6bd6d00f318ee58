// A fault proxy of our own: it takes WebSocket connections, makes one to the server for each, and passes messages, or
// does not. It knows socket.io only as far as to tell who is connecting again, whose frames it may then replay. Plain
// HTTP passes untouched, with the client's own Host.
//
// Faults, each by its rate and the proxy's seed:
//   drop       a message vanishes, either way
//   duplicate  it arrives twice
//   delayMs    it arrives later, still in its order
//   replay     a new connection gets some of the frames of that client's former one again, both ways
//   cut        a connection ends; before it does, it takes what it is sent and passes nothing, for a while (`blindMs`)

import { createServer, request } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'
import { createRandom } from './random.mjs'

export const NO_FAULTS = { drop: 0, duplicate: 0, delayMs: 0, replay: 0 }

/** Frames of a former connection that are kept to be replayed. */
const KEPT_FRAMES = 12

const PLAIN = { perMessageDeflate: false, skipUTF8Validation: true }

/**
 * Starts one on a free port. `upstream()` is the server's address now, and stays the `address` of the link that is made;
 * `onFrame(link, direction, text)` sees each message.
 */
export async function startProxy({ upstream, seed, faults: first = {}, onFrame = () => {} }) {
  const random = createRandom(seed)
  let faults = { ...NO_FAULTS, ...first }
  const links = new Set()
  const former = new Map()
  const counts = { connections: 0, messages: 0, dropped: 0, duplicated: 0, replayed: 0, swallowed: 0, cuts: 0 }
  const server = createServer(passHttp)
  const acceptor = new WebSocketServer({ noServer: true, ...PLAIN })
  let last = 0
  let isDown = false

  function passHttp(incoming, outgoing) {
    if (isDown) return void incoming.destroy()
    const { hostname, port } = new URL(upstream())
    const { method, url, headers } = incoming
    const passed = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
    })
    const fail = () => outgoing.destroy()
    passed.on('error', fail)
    incoming.on('error', fail)
    incoming.pipe(passed)
  }

  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', () => undefined)
    if (isDown) return void socket.destroy()
    const { host, origin, cookie, 'user-agent': agent } = incoming.headers
    const headers = Object.fromEntries(
      Object.entries({ host, origin, cookie, 'user-agent': agent }).filter(([, value]) => value !== undefined),
    )
    const address = upstream()
    const far = new WebSocket(`${address.replace(/^http/, 'ws')}${incoming.url}`, { ...PLAIN, headers })
    const early = []
    far.on('message', (data) => early.push(data.toString()))
    far.once('error', () => socket.destroy())
    far.once('open', () =>
      acceptor.handleUpgrade(incoming, socket, head, (near) => {
        far.removeAllListeners('message')
        join({ near, far, address }, incoming.headers, early)
      }),
    )
  })

  function join({ near, far, address }, headers, early) {
    const link = {
      id: ++last,
      key: headers.cookie ?? null,
      isBlind: false,
      past: [],
      lanes: {},
      near,
      far,
      address,
      end,
    }
    counts.connections++
    links.add(link)
    link.lanes = { up: createLane(far), down: createLane(near) }
    near.on('message', (data) => pass(link, 'up', data.toString()))
    far.on('message', (data) => pass(link, 'down', data.toString()))
    for (const data of early) pass(link, 'down', data)
    for (const one of [near, far]) one.on('error', () => undefined).on('close', end)
    function end() {
      if (!links.delete(link)) return
      if (link.key !== null) former.set(link.key, link.past)
      near.terminate()
      far.terminate()
    }
  }

  /** Sends in order, each message not before its time. */
  function createLane(socket) {
    let free = 0
    return (text, delayMs) => {
      const send = () => socket.readyState === WebSocket.OPEN && socket.send(text)
      const now = performance.now()
      const due = Math.max(free, now + delayMs)
      free = due
      if (due <= now) send()
      else setTimeout(send, due - now)
    }
  }

  function pass(link, direction, text) {
    counts.messages++
    onFrame(link, direction, text)
    if (link.isBlind) return void counts.swallowed++
    const lane = link.lanes[direction]
    const delay = faults.delayMs > 0 ? random.fraction() * faults.delayMs : 0
    const token = direction === 'up' ? /^40\/visitor,.*"token":"([^"]+)"/.exec(text)?.[1] : undefined
    if (token !== undefined) link.key = token
    if (random.chance(faults.drop)) return void counts.dropped++
    lane(text, delay)
    if (random.chance(faults.duplicate)) {
      counts.duplicated++
      lane(text, delay)
    }
    // Engine.IO's own packets belong to their connection; those of the conversation are what a network may repeat.
    if (/^4[23]/.test(text)) link.past = [...link.past.slice(1 - KEPT_FRAMES), { direction, text }]
    if (direction === 'down' && text.startsWith('40')) replayTo(link)
  }

  function replayTo(link) {
    for (const { direction, text } of former.get(link.key) ?? []) {
      if (!random.chance(faults.replay)) continue
      counts.replayed++
      link.lanes[direction](text, 0)
    }
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    counts,
    set: (next) => void (faults = { ...NO_FAULTS, ...next }),
    links: () => [...links],
    /** No network at all, until it is back. */
    setDown(down) {
      isDown = down
      if (down) for (const { end } of links) end()
    },
    /** Cuts one connection, or a random one; resolves when it is over. */
    async cut({ link = random.pick([...links]), blindMs = 0 } = {}) {
      if (link === undefined) return
      counts.cuts++
      link.isBlind = true
      if (blindMs > 0) await new Promise((resolve) => setTimeout(resolve, blindMs))
      link.end()
    },
    async close() {
      for (const { end } of links) end()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
