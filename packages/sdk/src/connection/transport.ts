import type { Packets, RequestName } from '@pendopo/protocol'

/** Why a connection could not be made or ended. `error` is what the server said, where it said something. */
export interface Disconnected {
  readonly reason: 'refused' | 'lost' | 'closed'
  readonly error?: { readonly code: string; readonly message: string; readonly retryAfter?: number }
}

/** One open connection. After `onDown` it is dead: the owner makes another. */
export interface TransportConnection {
  /** Resolves with the server's ack as it came; rejects when the connection goes down or after `timeoutMs`. */
  request(name: RequestName, argument: unknown, timeoutMs: number): Promise<unknown>
  /** Sends without an ack; may be lost. */
  signal(name: RequestName, argument: unknown): void
  close(): void
}

export interface TransportHandlers {
  onUp(): void
  onPacket(name: keyof Packets<unknown>, packet: unknown): void
  onDown(why: Disconnected): void
}

/** Makes connections, one at a time and each only once: retry and back-off belong to the connection's owner. */
export interface Transport {
  connect(
    target: {
      readonly server: string
      readonly namespace: '/visitor' | '/agent'
      readonly auth: Readonly<Record<string, unknown>>
    },
    handlers: TransportHandlers,
  ): TransportConnection
}
