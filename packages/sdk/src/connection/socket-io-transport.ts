// Transport over socket.io-client: one Manager per try, and none of its own retry, recovery or buffering. For Node, and
// for networks whose proxies break WebSocket: there it polls. Where even that fails without a word, it asks why.

import { Manager, WebSocket, XHR, type ManagerOptions } from 'socket.io-client'
import type { Environment } from '../environment.ts'
import { addressOf, toRefusal } from './refusal.ts'
import { GREETING_TIMEOUT_MS } from './timing.ts'
import { whyTurnedAway } from './turned-away.ts'
import type { Disconnected, Transport } from './transport.ts'

export interface SocketIoTransportOptions {
  /** Sent with the handshake where the runtime allows it (Node): `origin`, `cookie`. */
  readonly headers?: () => Record<string, string>
  /** In place of what suits the runtime: polling with an upgrade in a browser, WebSocket in Node. */
  readonly transports?: NonNullable<ManagerOptions['transports']>
  /** In place of the runtime's own: what the server is asked with why it does not let us in. */
  readonly fetch?: Environment['fetch']
}

/** The packets a server may send; a name that is not here is of a later version and ignored. */
const PACKET_NAMES = ['welcome', 'events', 'marks', 'typing', 'hint', 'gone', 'presence', 'refused'] as const

export function createSocketIoTransport(options: SocketIoTransportOptions = {}): Transport {
  const transports = options.transports ?? (typeof XMLHttpRequest === 'undefined' ? ['websocket'] : [XHR, WebSocket])
  const ask = options.fetch ?? ((input, init) => fetch(input, init))
  return {
    connect(target, handlers) {
      const { server, namespace, auth } = target
      const headers = options.headers?.()
      const { origin, path } = addressOf(server)
      let isOver = false
      const manager = new Manager(origin, {
        path,
        transports,
        reconnection: false,
        timeout: GREETING_TIMEOUT_MS,
        autoConnect: false,
        ...(headers !== undefined && { extraHeaders: headers }),
      })
      const socket = manager.socket(namespace, { auth: { ...auth } })
      // Of requests, which it would begin at 0: never those of a former connection, whose acks a network may bring again.
      Object.assign(socket, { ids: Date.now() })

      function end(why: Disconnected | null): void {
        if (isOver) return
        isOver = true
        socket.off()
        socket.disconnect()
        if (why !== null) handlers.onDown(why)
      }

      socket.on('connect', () => handlers.onUp())
      socket.on('disconnect', () => end({ reason: 'lost' }))
      socket.on('connect_error', (said) => {
        const why = toRefusal(said)
        if (why.reason === 'lost') void whyTurnedAway(target, headers ?? {}, ask).then(end)
        else end(why)
      })
      for (const name of PACKET_NAMES) socket.on(name, (packet: unknown) => handlers.onPacket(name, packet))
      socket.connect()

      return {
        request: (name, argument, timeoutMs) => socket.timeout(timeoutMs).emitWithAck(name, argument),
        signal: (name, argument) => void socket.emit(name, argument),
        close: () => end(null),
      }
    },
  }
}
