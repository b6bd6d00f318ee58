// Five kinds of attackers who hold on to the server, an equal share of each: those who say nothing, who say it byte by byte,
// who never stop, who say too much at once, and who never listen. Whoever is thrown out comes back. In a process of
// their own, so that what they cost is not counted as the server's, nor as waiting of those who just chat.

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'

const BACK_AFTER_MS = 200
/** A hundred frames a second each, five times what a socket may ask. */
const FLOOD_EVERY_MS = 50
const FLOOD_FRAMES = 5
const SLOW_BYTE_MS = 200
const TOO_MUCH = `42/visitor,1["commands",{"commands":["${'x'.repeat(200_000)}"]}]`
const SMALL = '42/visitor,1["heads",{}]'

const { url, origin, site, connections } = JSON.parse(process.argv[2])
const address = `${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`
const count = { begun: 0, joined: 0, ended: 0 }

const ended = (socket) => new Promise((resolve) => socket.once('close', resolve).on('error', () => {}))

const open = () => new WebSocket(address, { headers: { origin }, perMessageDeflate: false })

/** A visitor like any other, until it has joined. */
function join(onJoined) {
  const socket = open()
  const token = randomBytes(32).toString('base64url')
  socket.on('message', (data) => {
    const text = String(data)
    if (text.startsWith('0')) socket.send(`40/visitor,${JSON.stringify({ version: 1, site, token })}`)
    else if (text === '2') socket.send('3')
    else if (text.startsWith('40/visitor')) {
      count.joined += 1
      onJoined(socket)
    }
  })
  return socket
}

async function keepSending(socket, frames, everyMs) {
  while (socket.readyState === WebSocket.OPEN) {
    for (let frame = 0; frame < frames; frame++) socket.send(SMALL)
    await pause(everyMs)
  }
}

const KINDS = {
  silent: () => ended(open()),
  async slow() {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const gone = ended(socket)
    for (const byte of `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}\r\nX: ${'y'.repeat(10_000)}`) {
      if (socket.destroyed) break
      socket.write(byte)
      await pause(SLOW_BYTE_MS)
    }
    return gone
  },
  flooding: () => ended(join((socket) => void keepSending(socket, FLOOD_FRAMES, FLOOD_EVERY_MS))),
  oversize: () => ended(join((socket) => socket.send(TOO_MUCH))),
  deaf: () =>
    ended(
      join((socket) => {
        socket.pause()
        void keepSending(socket, 1, FLOOD_EVERY_MS)
      }),
    ),
}

async function besiege(attack) {
  for (;;) {
    count.begun += 1
    await attack()
    count.ended += 1
    await pause(BACK_AFTER_MS)
  }
}

process.on('message', () => process.send(count))
process.on('disconnect', () => process.exit(0))
const kinds = Object.values(KINDS)
for (let index = 0; index < connections; index++) void besiege(kinds[index % kinds.length])
