// Outside of browsers nobody adds the session's cookie to the socket's handshake, so it is added here. Loaded only there:
// a page of the inbox never downloads it.

import type { Transport } from '../connection/transport.ts'

export interface CookieTransport {
  readonly transport: Transport
  /** Resolves when `transport` can connect. */
  load(): Promise<void>
}

export function createCookieTransport(headers: () => Record<string, string>): CookieTransport {
  let loaded: Transport | null = null
  return {
    async load() {
      if (loaded !== null) return
      const { createSocketIoTransport } = await import('../connection/socket-io-transport.ts')
      loaded ??= createSocketIoTransport({ headers })
    },
    transport: {
      connect(target, handlers) {
        if (loaded === null) throw new Error('unable to connect; the transport is not loaded')
        return loaded.connect(target, handlers)
      },
    },
  }
}
