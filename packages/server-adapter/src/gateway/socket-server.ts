// socket.io, and everything that is about socket.io: its options, what may connect at all, and how a namespace's socket
// becomes a `Wire`. Another transport would replace this file and nothing else.

import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Packets, WireError } from '@pendopo/protocol'
import type { Logger } from 'pino'
import { Server, type Namespace, type Socket } from 'socket.io'
import type { OriginGuard } from '../auth/origin-guard.ts'
import { within } from '../lib/within.ts'
import type { ServerLimits } from '../options.ts'
import { isExpected, RequestError, toWireError } from '../request-error.ts'
import type { Broadcast } from './context.ts'
import { answerText, isRequest, packetText, readRequest, toFrame } from './frames.ts'
import type { Session, Wire } from './session.ts'
import * as textParser from './text-parser.ts'

const PING_INTERVAL_MS = 25_000
const PING_TIMEOUT_MS = 20_000
/** Time for the last acks to reach slow clients; what they miss they ask for again. */
const FAREWELL_MS = 1_000
/** Clients that are sent away come back spread over so much time each: a node greets some thousands a second. */
const RETURN_SPREAD_MS = 0.3

type ToClient = { [Name in keyof Packets<unknown>]: (packet: Packets<unknown>[Name]) => void }
type FromClient = Record<string, (...args: unknown[]) => void>
type ServerSocket = Socket<FromClient, ToClient>
type Connection = ServerSocket['conn']
type WriteOptions = NonNullable<Parameters<Connection['write']>[1]>

/** What the gateway does with connections of one namespace. */
export interface Role {
  readonly namespace: '/visitor' | '/agent'
  /** Rejects with a RequestError to refuse. */
  authenticate(handshake: {
    readonly request: IncomingMessage
    readonly auth: unknown
    readonly wire: Wire
  }): Promise<Session>
  onConnect(session: Session): void
  /** `answer` is absent where nobody waits for one. */
  onRequest(session: Session, name: string, argument: unknown, answer?: (reply: object) => void): void
  onDisconnect(session: Session): void
}

export interface SocketServer {
  attach(server: HttpServer | HttpsServer): void
  readonly broadcast: Broadcast
  /** Tells every socket why, and when to come back, and ends it, after what is still on its way to it. */
  close(reason: WireError): Promise<void>
}

interface Needs {
  readonly path: string
  readonly guard: OriginGuard
  readonly limits: ServerLimits
  readonly logger: Logger
  readonly roles: readonly Role[]
}

export function createSocketServer({ path, guard, limits, logger, roles }: Needs): SocketServer {
  let isClosing = false
  const io = new Server<FromClient, ToClient>({
    path,
    parser: textParser,
    serveClient: false,
    maxHttpBufferSize: limits.frameBytes,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: limits.authenticateWithinMs,
    cors: { origin: (origin, done) => void answerCors(guard, origin, done) },
    allowRequest: (request, done) => void allow(request, done),
  })

  const connections = new Set<Connection>()
  /** Those that have joined no namespace yet. */
  const strangers = new Set<Connection>()
  /** Those that have asked to: one connection is one session, and asking is what costs. */
  const asked = new WeakSet<Connection>()
  /** What those that have joined do with a request. */
  const taking = new Map<Connection, (text: string) => void>()
  let onEmpty: (() => void) | undefined

  function watchConnection(connection: Connection): void {
    boundUnsent(connection, limits.unsentBytes)
    connections.add(connection)
    strangers.add(connection)
    connection.on('message', (text: unknown) => {
      if (isRequest(text)) take(connection, text)
    })
    connection.once('close', () => {
      connections.delete(connection)
      taking.delete(connection)
      strangers.delete(connection)
      if (connections.size === 0) onEmpty?.()
    })
  }

  /** A request of somebody who has not joined, or that is none, ends the connection, as socket.io does. */
  function take(connection: Connection, text: string): void {
    try {
      const taken = taking.get(connection)
      if (taken === undefined) connection.close()
      else taken(text)
    } catch (error) {
      logger.debug({ err: error }, 'a frame that is no request')
      connection.close()
    }
  }

  async function allow(
    request: IncomingMessage,
    done: (error: string | null, isAllowed: boolean) => void,
  ): Promise<void> {
    try {
      if (isClosing || strangers.size >= limits.socketsUnauthenticated) done('overloaded', false)
      else if (await guard.mayConnect(request)) done(null, true)
      else done('origin_refused', false)
    } catch (error) {
      logger.warn({ err: error }, 'unable to look up an origin')
      done('unavailable', false)
    }
  }

  // The default namespace is nobody's.
  io.use((_socket, next) => next(toRefusal(new RequestError('unknown', 'connect to /visitor or /agent'))))
  const namespaces = new Map(roles.map((role) => [role.namespace, serve(role)]))

  function serve(role: Role): Namespace<FromClient, ToClient> {
    const namespace = io.of(role.namespace)
    const entering = new WeakMap<ServerSocket, Session>()
    namespace.use((socket, next) => {
      if (asked.has(socket.conn)) {
        socket.conn.close()
        return next(toRefusal(new RequestError('invalid', 'one connection joins one namespace, once')))
      }
      asked.add(socket.conn)
      // Without a listener, an `error` would be thrown.
      socket.on('error', (error) => logger.debug({ err: error }, 'a frame that is no packet'))
      role
        .authenticate({ request: socket.request, auth: socket.handshake.auth, wire: toWire(socket, role.namespace) })
        .then(
          (session) => {
            entering.set(socket, session)
            next()
          },
          (error: unknown) => {
            if (!isExpected(error)) logger.error({ err: error }, 'unable to authenticate')
            next(toRefusal(error))
          },
        )
    })
    namespace.on('connection', (socket) => {
      const session = entering.get(socket)
      if (session === undefined) return
      strangers.delete(socket.conn)
      taking.set(socket.conn, (text) => {
        const { namespace: asked, name, argument, id } = readRequest(text)
        if (asked !== role.namespace) throw new SyntaxError('a request to a namespace that was not joined')
        if (id === undefined) role.onRequest(session, name, argument)
        else role.onRequest(session, name, argument, (reply) => write(socket.conn, answerText(asked, id, reply)))
      })
      socket.on('disconnect', () => {
        taking.delete(socket.conn)
        role.onDisconnect(session)
        // A connection without a namespace would stay open for ever, outside of every count.
        socket.conn.close()
      })
      role.onConnect(session)
    })
    return namespace
  }

  return {
    attach: (server) => {
      io.attach(server)
      io.engine.on('connection', watchConnection)
    },
    broadcast: (sessions, name, packet) => {
      const [first] = sessions
      if (first === undefined) return
      const text = packetText(first.kind === 'visitor' ? '/visitor' : '/agent', name, packet)
      const frame = toFrame(text)
      for (const { wire } of sessions) wire.send(text, frame)
    },
    close: async (reason) => {
      isClosing = true
      const spread = connections.size * RETURN_SPREAD_MS
      for (const namespace of namespaces.values()) {
        for (const socket of namespace.sockets.values())
          socket.emit('refused', { ...reason, retryAfter: Math.round(Math.random() * spread) })
        namespace.disconnectSockets(true)
      }
      if (connections.size > 0) await within(FAREWELL_MS, new Promise<void>((resolve) => (onEmpty = resolve)))
      io.engine?.close()
    },
  }
}

async function answerCors(
  guard: OriginGuard,
  origin: string | undefined,
  done: (error: Error | null, allow?: boolean) => void,
): Promise<void> {
  // A failed look-up is an origin we do not know: the request itself is then refused with the reason.
  done(null, origin !== undefined && (await guard.lists(origin).catch(() => false)))
}

/** Ends a connection whose client asks and does not read: what waits for it would grow without an end. */
function boundUnsent(connection: Connection, most: number): void {
  let unsent = 0
  connection.on('packetCreate', ({ data }: { readonly data?: unknown }) => {
    unsent += typeof data === 'string' ? data.length : 0
    if (unsent > most) connection.close(true)
  })
  // Handed to the transport, which takes the next lot only when this one has left.
  connection.on('flush', () => (unsent = 0))
}

/** Hands a text to a connection. The frame saves its WebSocket making one; polling takes the text. */
function write(connection: Connection, text: string, frame: Buffer = toFrame(text)): void {
  const options: WriteOptions & { readonly wsPreEncodedFrame: readonly Buffer[] } = {
    compress: false,
    wsPreEncodedFrame: [frame],
  }
  connection.write(text, options)
}

function toWire(socket: ServerSocket, namespace: Role['namespace']): Wire {
  return {
    id: socket.id,
    emit: (name, packet) => write(socket.conn, packetText(namespace, name, packet)),
    send: (text, frame) => write(socket.conn, text, frame),
    disconnect: () => void socket.disconnect(true),
  }
}

/** A refusal as `connect_error` carries it. */
function toRefusal(error: unknown): Error & { readonly data: WireError } {
  const data = toWireError(error)
  return Object.assign(new Error(data.message), { data })
}
