// Transport over socket.io-client: one Manager per try, and none of its own retry, recovery or buffering. For Node, and
// for networks whose proxies break WebSocket: there it polls.

import { Manager, WebSocket, XHR, type ManagerOptions } from 'socket.io-client'
import { addressOf, toRefusal } from './refusal.ts'
import { GREETING_TIMEOUT_MS } from './timing.ts'
import type { Disconnected, Transport } from './transport.ts'

export interface SocketIoTransportOptions {
  /** Sent with the handshake where the runtime allows it (Node): `origin`, `cookie`. */
  readonly headers?: () => Record<string, string>
  /** In place of what suits the runtime: polling with an upgrade in a browser, WebSocket in Node. */
  readonly transports?: NonNullable<ManagerOptions['transports']>
}

/** The packets a server may send; a name that is not here is of a later version and ignored. */
const PACKET_NAMES = ['welcome', 'events', 'marks', 'typing', 'hint', 'gone', 'presence', 'refused'] as const

export function createSocketIoTransport(options: SocketIoTransportOptions = {}): Transport {
  const transports = options.transports ?? (typeof XMLHttpRequest === 'undefined' ? ['websocket'] : [XHR, WebSocket])
  return {
    connect({ server, namespace, auth }, handlers) {
      const { origin, path } = addressOf(server)
      const manager = new Manager(origin, {
        path,
        transports,
        reconnection: false,
        timeout: GREETING_TIMEOUT_MS,
        autoConnect: false,
        ...(options.headers !== undefined && { extraHeaders: options.headers() }),
      })
      const socket = manager.socket(namespace, { auth: { ...auth } })

      function end(why: Disconnected | null): void {
        socket.off()
        socket.disconnect()
        if (why !== null) handlers.onDown(why)
      }

      socket.on('connect', () => handlers.onUp())
      socket.on('disconnect', () => end({ reason: 'lost' }))
      socket.on('connect_error', (error: Error & { description?: unknown }) =>
        end(error.description === 403 ? TURNED_AWAY : toRefusal(error)),
      )
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

/** A page may be turned away before there is a socket to say so on. */
const TURNED_AWAY: Disconnected = {
  reason: 'refused',
  error: { code: 'origin_refused', message: 'the server turned this page away' },
}
