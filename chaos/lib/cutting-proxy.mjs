// Between a client and a server on this machine, at the level of TCP: ends a connection after some bytes of the answer, in
// the middle of whatever was being said.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** Starts one. While `set({ cuts: true })` holds, each connection is reset after `least` to `most` bytes from the server. */
export async function startCuttingProxy({ target, random, least, most }) {
  const sockets = new Set()
  let isCutting = false
  let cuts = 0

  const server = createServer((near) => {
    const far = connect(target(), '127.0.0.1')
    let left = random.between(least, most)
    const end = () => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.once('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    near.on('data', (data) => far.write(data))
    far.on('data', (data) => {
      left -= data.length
      if (left > 0 || !isCutting) return near.write(data)
      cuts += 1
      near.write(data.subarray(0, Math.max(0, data.length + left)), () => near.resetAndDestroy())
      far.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    cuts: () => cuts,
    set: (faults) => void (isCutting = faults.cuts === true),
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
