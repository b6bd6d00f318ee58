// Stands between a client and a server on loopback and does what networks do: cuts, swallows, and changes what passes.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface FaultProxy {
  readonly port: number
  /** How many have connected. */
  readonly connections: number
  /** From now on nothing passes, either way, and nobody is told: old connections and new ones. */
  swallow(on: boolean): void
  /** Ends all connections. */
  cut(): void
  close(): Promise<void>
}

interface Faults {
  /** What the client gets of what the server sends; `cut` ends the connection after it. */
  readonly pass?: (data: Buffer, seen: { connection: number; bytes: number }) => { data: Buffer; cut?: boolean }
}

export async function startFaultProxy(target: number, { pass }: Faults = {}, host = '127.0.0.1'): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let connections = 0
  let swallows = false

  const server = createServer((near) => {
    connections += 1
    const seen = { connection: connections, bytes: 0 }
    const far = connect(target, '127.0.0.1')
    const end = () => {
      for (const socket of [near, far]) socket.destroy()
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.once('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    near.on('data', (data) => {
      if (!swallows) far.write(data)
    })
    far.on('data', (data) => {
      if (swallows) return
      const passed = pass?.(data, seen) ?? { data }
      seen.bytes += data.length
      if (passed.cut === true) near.end(passed.data, () => near.resetAndDestroy())
      else near.write(passed.data)
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()

  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connections() {
      return connections
    },
    swallow(on) {
      swallows = on
    },
    cut,
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
