// A client that knows nothing of our packages: socket.io-client, fetch, and what docs/protocol.md says. It stands for
// one in another language.

import { randomBytes } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'

const ACK_TIMEOUT_MS = 10_000
const PACKET_TIMEOUT_MS = 10_000

/** What the document says a client may read; only what the tests look into is spelled out. */
export interface Reply {
  readonly ok: boolean
  readonly error?: WireError
  readonly stream: { readonly kind: string; readonly id: string }
  readonly results: readonly {
    readonly id: string
    readonly ok: boolean
    readonly n?: readonly number[]
    readonly error?: WireError
  }[]
  readonly events: readonly WireEvent[]
  readonly n: number
  readonly marks: readonly unknown[]
  readonly snapshot: { readonly items: readonly WireEvent[] }
  readonly items: readonly WireEvent[]
  readonly conversations: readonly Head[]
  readonly rows: readonly { readonly id: string; readonly movedAt: number }[]
  readonly counts: Readonly<Record<string, number>>
  readonly more: boolean
}

interface WireError {
  readonly code: string
  readonly message: string
  readonly retryAfter?: number
}

interface WireEvent {
  readonly n: number
  readonly kind: string
  readonly actor: { readonly kind: string; readonly id: string }
}

interface Head {
  readonly id: string
  readonly n: number
}

export interface Packets {
  readonly welcome: {
    readonly identities: readonly string[]
    readonly conversations: readonly Head[]
    readonly agent: { readonly id: string }
    readonly sites: readonly unknown[]
  }
  readonly events: readonly {
    readonly conversation: string
    readonly events: readonly WireEvent[]
    readonly people?: Readonly<Record<string, unknown>>
  }[]
  readonly marks: unknown
  readonly typing: unknown
  readonly hint: { readonly conversations: readonly Head[] }
  readonly presence: { readonly availability?: string }
  readonly refused: WireError
}

/** A UUIDv7 by hand: 48 bits of time, the version, the variant, the rest at random. */
export function newUuid(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export const newToken = (): string => randomBytes(32).toString('base64url')

export const command = (kind: string, data: object = {}, id = newUuid()) => ({ id, kind, data })
export const post = (text: string, id?: string) => command('message.post', { text }, id)

export interface ForeignClient {
  readonly socket: Socket
  /** The first packet. */
  readonly welcome: Packets['welcome']
  /** Resolves with the ack. */
  ask(name: string, argument: unknown): Promise<Reply>
  /** The next packet of a name that fits, from among those that came and those to come. */
  packet<Name extends keyof Packets>(name: Name, fits?: (packet: Packets[Name]) => boolean): Promise<Packets[Name]>
  /** How many packets of a name came that nobody asked for. */
  left(name: keyof Packets): number
  close(): void
}

export interface ConnectOptions {
  readonly headers?: Record<string, string>
  readonly transports?: string[]
}

/** Connects; rejects with socket.io's `connect_error`, whose `data` says why. */
export async function connect(
  address: string,
  auth: Record<string, unknown>,
  { headers = {}, transports = ['websocket'] }: ConnectOptions = {},
): Promise<ForeignClient> {
  const socket = io(address, { auth, transports, reconnection: false, forceNew: true, extraHeaders: headers })
  const arrived: { readonly [Name in keyof Packets]: Packets[Name][] } = {
    welcome: [],
    events: [],
    marks: [],
    typing: [],
    hint: [],
    presence: [],
    refused: [],
  }
  const listeners = new Set<() => void>()
  const hear = <Name extends keyof Packets>(name: Name) =>
    socket.on<string>(name, (packet: Packets[Name]) => {
      arrived[name].push(packet)
      for (const listener of listeners) listener()
    })
  for (const name of ['welcome', 'events', 'marks', 'typing', 'hint', 'presence', 'refused'] as const) hear(name)

  function packet<Name extends keyof Packets>(
    name: Name,
    fits: (packet: Packets[Name]) => boolean = () => true,
  ): Promise<Packets[Name]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(look)
        reject(new Error(`no such packet "${name}"; came: ${JSON.stringify(arrived)}`))
      }, PACKET_TIMEOUT_MS)
      function look(): void {
        const found = arrived[name].find(fits)
        if (found === undefined) return
        arrived[name].splice(arrived[name].indexOf(found), 1)
        clearTimeout(timer)
        listeners.delete(look)
        resolve(found)
      }
      listeners.add(look)
      look()
    })
  }

  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return {
    socket,
    welcome: await packet('welcome'),
    ask: (name, argument) => socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, argument),
    packet,
    left: (name) => arrived[name].length,
    close: () => void socket.disconnect(),
  }
}

/** Why a connection is refused: the code in `connect_error`'s data, or its message where there is none. */
export const refusal = (attempt: Promise<ForeignClient>): Promise<string> =>
  attempt.then(
    (client) => {
      client.close()
      return 'connected'
    },
    (error: Error & { data?: WireError }) => error.data?.code ?? error.message,
  )

/** The session cookie of a signed-in agent, as the header that carries it back. */
export async function logIn(server: string, login: { email: string; password: string }): Promise<string> {
  const response = await fetch(`${server}/api/agent/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: login.email, password: login.password }),
  })
  if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
