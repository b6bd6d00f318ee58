// Which transport a try uses: the browser's WebSocket; where that has failed before it ever worked (a proxy that breaks
// upgrades), and outside of browsers, socket.io-client, loaded when it is first needed.

import type { Environment } from '../environment.ts'
import type { Transport, TransportConnection } from './transport.ts'
import { createWebSocketTransport } from './websocket-transport.ts'

/** One failure may be the network; two in a row while nothing ever worked, and the other way is worth its bytes. */
const FAILURES_BEFORE_FALLBACK = 2

export function createDefaultTransport({ clock, fetch }: Pick<Environment, 'clock' | 'fetch'>): Transport {
  const direct = createWebSocketTransport({ clock })
  const isBrowser = typeof document !== 'undefined'
  let failures = 0
  let hasWorked = false
  let loaded: Promise<Transport> | undefined
  const load = () =>
    (loaded ??= import('./socket-io-transport.ts').then(
      (module) => module.createSocketIoTransport({ fetch }),
      (error: unknown) => {
        loaded = undefined
        throw error
      },
    ))

  return {
    connect(target, handlers) {
      // Every other time, so that a network which comes back is not left on the slower way.
      const isFallback = !isBrowser || (!hasWorked && failures >= FAILURES_BEFORE_FALLBACK && failures % 2 === 0)
      if (isFallback)
        return connectLater(load(), target, { ...handlers, onDown: (why) => (failures++, handlers.onDown(why)) })
      let isUp = false
      return direct.connect(target, {
        ...handlers,
        onUp() {
          isUp = hasWorked = true
          handlers.onUp()
        },
        onDown(why) {
          if (!isUp && why.reason === 'lost') failures++
          handlers.onDown(why)
        },
      })
    },
  }
}

/** The connection of a transport that is still being loaded. */
function connectLater(
  loading: Promise<Transport>,
  target: Parameters<Transport['connect']>[0],
  handlers: Parameters<Transport['connect']>[1],
): TransportConnection {
  let connection: TransportConnection | null = null
  let isClosed = false
  loading.then(
    (transport) => {
      if (!isClosed) connection = transport.connect(target, handlers)
    },
    () => isClosed || handlers.onDown({ reason: 'lost' }),
  )
  return {
    request: (...request) => connection?.request(...request) ?? Promise.reject(new Error('not connected')),
    signal: (name, argument) => connection?.signal(name, argument),
    close() {
      isClosed = true
      connection?.close()
    },
  }
}
