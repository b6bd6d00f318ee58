// For those who test through the network layer: the fake server behind msw's WebSocket interception, in socket.io's
// own frames. Serves connection, authentication, refusal, acks and pushes. msw is yours: pass its `ws`.

import { ENGINE, PACKET, parseFrame, toFrame } from '../connection/framing.ts'
import type { TransportConnection } from '../connection/transport.ts'
import type { RequestName } from '@pendopo/protocol'
import type { FakeServer } from './fake-server.ts'

interface InterceptedClient {
  send(data: string): void
  close(): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
}

export interface PendopoHandlersOptions<Handler> {
  /** Where the client believes the server to be, such as `https://chat.example.com`. */
  readonly url: string
  /** msw's `ws`. */
  readonly ws: {
    link(url: string): {
      addEventListener(type: 'connection', listener: (event: { readonly client: InterceptedClient }) => void): Handler
    }
  }
  /** For the namespace `/agent`: who the session cookie would say it is. */
  readonly agent?: string
}

/** Handlers for msw's `setupServer` or `setupWorker`. */
export function pendopoHandlers<Handler>(
  server: FakeServer,
  options: PendopoHandlersOptions<Handler>,
): readonly Handler[] {
  const { url, ws, agent } = options
  // Without the path: msw does not match socket.io's by pattern.
  const link = ws.link(new URL(url).origin.replace(/^http/, 'ws'))
  return [link.addEventListener('connection', ({ client }) => serve(client, server, url, agent))]
}

const NAMESPACES = ['/visitor', '/agent'] as const

function serve(client: InterceptedClient, server: FakeServer, url: string, agent: string | undefined): void {
  const connections = new Map<string, TransportConnection>()
  const transport = server.transport(agent === undefined ? {} : { agent })

  function receive(namespace: (typeof NAMESPACES)[number], text: string): void {
    const { type, id, data } = parseFrame(namespace, text) ?? {}
    const connection = connections.get(namespace)
    if (type === PACKET.connect) connect(namespace, typeof data === 'object' && data !== null ? { ...data } : {})
    if (type !== PACKET.event || !Array.isArray(data) || connection === undefined) return
    const [name, argument]: readonly [RequestName, unknown] = [data[0], data[1]]
    if (typeof id !== 'number') return connection.signal(name, argument)
    connection.request(name, argument, LONG_MS).then(
      (reply) => client.send(toFrame(namespace, PACKET.ack, [reply], id)),
      // Without an ack, as when a server dies.
      () => undefined,
    )
  }

  function connect(namespace: (typeof NAMESPACES)[number], auth: Readonly<Record<string, unknown>>): void {
    const connection = transport.connect(
      { server: url, namespace, auth },
      {
        onUp: () => client.send(toFrame(namespace, PACKET.connect, { sid: 'fake' })),
        onPacket: (name, packet) => client.send(toFrame(namespace, PACKET.event, [name, packet])),
        onDown({ error }) {
          if (error === undefined) return client.close()
          client.send(toFrame(namespace, PACKET.refusal, { message: error.message, data: error }))
        },
      },
    )
    connections.set(namespace, connection)
  }

  client.addEventListener('message', ({ data }) => {
    if (typeof data === 'string' && data !== ENGINE.pong) for (const namespace of NAMESPACES) receive(namespace, data)
  })
  client.addEventListener('close', () => connections.forEach((connection) => connection.close()))
  client.send(
    `${ENGINE.open}${JSON.stringify({ sid: 'fake', upgrades: [], pingInterval: LONG_MS, pingTimeout: LONG_MS })}`,
  )
}

/** Nothing is pinged in a test, and nothing given up: the client's own limits are what is tested. */
const LONG_MS = 3_600_000
