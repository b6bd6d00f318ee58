// One attacker: connects, sends packets that are odd but packets, makes sure that all of them were read, then breaks
// its connection in some way, and comes back.

import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { breakage, packet } from './frames.mjs'

/** Frames between two proofs that the server has read what was sent. */
const BURST = 200
const ANSWER_WITHIN_MS = 30_000

/** Sends `frames` frames; resolves with what became of them. Rejects where the server neither answers nor closes. */
export async function attack({ url, site, origin, random, frames, onSent }) {
  const told = { sent: 0, connections: 0, closedByServer: 0 }
  const count = (some) => {
    told.sent += some
    onSent(some)
  }
  while (told.sent < frames) {
    const socket = await join({ url, site, origin })
    told.connections += 1
    let isUp = true
    while (isUp && told.sent < frames) {
      const burst = Math.min(BURST, frames - told.sent)
      for (let index = 0; index < burst; index++) socket.send(packet(random))
      isUp = await isRead(socket)
      if (!isUp) throw new Error('the server closed a connection that sent nothing but packets')
      count(burst)
      for (let index = 0; isUp && index < 3 && told.sent < frames; index++) {
        socket.send(breakage(random))
        isUp = await isRead(socket)
        count(1)
      }
    }
    if (!isUp) told.closedByServer += 1
    socket.terminate()
  }
  return told
}

async function join({ url, site, origin }) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    headers: { origin },
  })
  socket.on('error', () => {})
  await heard(socket, '0')
  const auth = { version: 1, site, token: randomBytes(32).toString('base64url') }
  socket.send(`40/visitor,${JSON.stringify(auth)}`)
  await heard(socket, '40/visitor')
  return socket
}

/** Whether all that was sent has been read and the socket lives on; false once the server has closed it. */
function isRead(socket) {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve(false)
  const answered = heard(socket, '43/visitor,1[').then(
    () => true,
    (error) => {
      if (socket.readyState === WebSocket.OPEN) throw error
      return false
    },
  )
  socket.send('42/visitor,1["heads",{}]')
  return answered
}

/** Resolves with the first frame that begins like this; rejects when the socket closes, or says nothing for long. */
function heard(socket, prefix) {
  return new Promise((resolve, reject) => {
    const end = (settle, result) => {
      clearTimeout(timer)
      socket.off('message', listen)
      socket.off('close', close)
      settle(result)
    }
    const listen = (data) => {
      const text = String(data)
      if (text === '2') socket.send('3')
      if (text.startsWith(prefix)) end(resolve, text)
    }
    const close = () => end(reject, new Error('closed'))
    const timer = setTimeout(() => end(reject, new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS)
    socket.on('message', listen)
    socket.once('close', close)
  })
}
