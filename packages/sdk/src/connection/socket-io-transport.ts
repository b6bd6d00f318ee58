// Transport over socket.io-client: one Manager per try, and none of its own retry, recovery or buffering. WebSocket
// first; where it fails before it was ever up (a proxy that breaks upgrades), long polling is loaded and tried.
// Could be replaced by anything that carries named packets with acks.

import { Manager, type ManagerOptions } from 'socket.io-client'
import { GREETING_TIMEOUT_MS } from './timing.ts'
import type { Disconnected, Transport, TransportConnection, TransportHandlers } from './transport.ts'

/** One failure may be the network; two in a row while nothing ever worked, and polling is worth its bytes. */
const FAILURES_BEFORE_POLLING = 2

export interface SocketIoTransportOptions {
  /** Sent with the handshake where the runtime allows it (Node): `origin`, `cookie`. */
  readonly headers?: () => Record<string, string>
  /** Transport implementations in place of WebSocket and polling. */
  readonly transports?: NonNullable<ManagerOptions['transports']>
}

/** The packets a server may send; a name that is not here is of a later version and ignored. */
const PACKET_NAMES = ['welcome', 'events', 'marks', 'typing', 'hint', 'gone', 'presence', 'refused'] as const

export function createSocketIoTransport(options: SocketIoTransportOptions = {}): Transport {
  let failures = 0
  /** Whether WebSocket was ever up from here: then a failure is the network's, and polling would not help. */
  let hasWorked = false

  async function transports(): Promise<NonNullable<ManagerOptions['transports']>> {
    if (options.transports !== undefined) return options.transports
    const mayPoll = typeof XMLHttpRequest !== 'undefined' && !hasWorked && failures >= FAILURES_BEFORE_POLLING
    if (!mayPoll) return ['websocket']
    // Every other time, so that a network which comes back is not left on the slower way.
    if (failures % 2 === 1) return ['websocket']
    const { XHR } = await import('./polling.ts')
    return [XHR]
  }

  return {
    connect({ server, namespace, auth }, handlers) {
      const { origin, path } = addressOf(server)
      const waiting = connectLater(handlers, async () => {
        const chosen = await transports()
        const manager = new Manager(origin, {
          path,
          transports: chosen,
          reconnection: false,
          timeout: GREETING_TIMEOUT_MS,
          autoConnect: false,
          ...(options.headers !== undefined && { extraHeaders: options.headers() }),
        })
        return {
          socket: manager.socket(namespace, { auth: { ...auth } }),
          onUp() {
            failures = 0
            if (chosen[0] === 'websocket') hasWorked = true
          },
          onFailure() {
            failures++
          },
        }
      })
      return waiting
    },
  }
}

interface Attempt {
  readonly socket: ReturnType<Manager['socket']>
  onUp(): void
  onFailure(): void
}

/** The connection while its parts may still be loading. */
function connectLater(handlers: TransportHandlers, begin: () => Promise<Attempt>): TransportConnection {
  let socket: Attempt['socket'] | null = null
  let isOver = false

  function end(why: Disconnected): void {
    if (isOver) return
    isOver = true
    socket?.off()
    socket?.disconnect()
    handlers.onDown(why)
  }

  function listen(attempt: Attempt): void {
    if (isOver) return
    socket = attempt.socket
    socket.on('connect', () => {
      attempt.onUp()
      handlers.onUp()
    })
    socket.on('connect_error', (error) => {
      const why = refusalOf(error)
      if (why.reason === 'lost') attempt.onFailure()
      end(why)
    })
    socket.on('disconnect', () => end({ reason: 'lost' }))
    for (const name of PACKET_NAMES) socket.on(name, (packet: unknown) => handlers.onPacket(name, packet))
    socket.connect()
  }

  begin().then(listen, () => end({ reason: 'lost' }))

  return {
    request: (name, argument, timeoutMs) =>
      socket === null
        ? Promise.reject(new Error('not connected'))
        : socket.timeout(timeoutMs).emitWithAck(name, argument),
    signal: (name, argument) => void socket?.volatile.emit(name, argument),
    close() {
      isOver = true
      socket?.off()
      socket?.disconnect()
    },
  }
}

/** socket.io's path goes behind wherever the server is mounted. */
function addressOf(server: string): { readonly origin: string; readonly path: string } {
  const { origin, pathname } = new URL(server)
  return { origin, path: `${pathname.replace(/\/+$/, '')}/socket.io` }
}

/** What the server's middleware said is in `data`; a page may also be turned away before any socket, with status 403. */
function refusalOf(error: Error & { data?: unknown; description?: unknown }): Disconnected {
  const { data, description } = error
  if (typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string') {
    const message = 'message' in data ? String(data.message) : error.message
    const retryAfter =
      'retryAfter' in data && typeof data.retryAfter === 'number' ? { retryAfter: data.retryAfter } : {}
    return { reason: 'refused', error: { code: data.code, message, ...retryAfter } }
  }
  if (description === 403)
    return { reason: 'refused', error: { code: 'origin_refused', message: 'the server turned this page away' } }
  return { reason: 'lost' }
}
