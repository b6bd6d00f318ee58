// A client that knows nothing of our packages, nor of socket.io's: a bare WebSocket, fetch, and what docs/protocol.md
// says. It stands for one in another language.

import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'

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

export interface WireError {
  readonly code: string
  readonly message: string
  readonly retryAfter?: number
}

interface WireEvent {
  readonly n: number
  readonly id: string
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
  /** The first packet. */
  readonly welcome: Packets['welcome']
  /** Resolves when the connection has ended. */
  readonly gone: Promise<void>
  isOpen(): boolean
  /** Resolves with the ack; rejects where the connection ends before, or none comes in time. */
  ask(name: string, argument: unknown): Promise<Reply>
  /** Without an ack. */
  signal(name: string, argument: unknown): void
  /** The next packet of a name that fits, from among those that came and those to come. */
  packet<Name extends keyof Packets>(name: Name, fits?: (packet: Packets[Name]) => boolean): Promise<Packets[Name]>
  /** How many packets of a name came that nobody asked for. */
  left(name: keyof Packets): number
  /** Leaves the namespace, as one should. */
  close(): void
  /** As if the cable was cut. */
  cut(): void
}

/** Why there is no connection: the server's error, or what it answered the handshake with. */
export class Refused extends Error {
  readonly error: WireError

  constructor(error: WireError) {
    super(error.message)
    this.error = error
  }
}

type Namespace = '/visitor' | '/agent' | '/'

/** `40/visitor,7["name",…]`: the frame's type, its namespace, the id of an ack, JSON. Section 2 of the document. */
const FRAME = /^(4[0-4]|[0-3])(?:(\/[^,]*),)?(\d+)?(.*)$/s

/** Connects and says who it is; rejects with `Refused`. */
export async function connect(
  server: string,
  namespace: Namespace,
  auth: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<ForeignClient> {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers })
  const prefix = namespace === '/' ? '' : `${namespace},`
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
  const acks = new Map<number, (reply: Reply) => void>()
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let asked = 0

  const isPacket = (name: unknown): name is keyof Packets => typeof name === 'string' && name in arrived

  function hear([name, packet]: readonly unknown[]): void {
    // A name that this client does not know is of a newer server: not for it.
    if (!isPacket(name)) return
    arrived[name].push(packet as never)
    for (const listener of listeners) listener()
  }

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
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection ended')))
    // The handshake was not taken: the body of the answer says why.
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => {
        const code = body.replaceAll('"', '')
        reject(new Refused({ code, message: `the handshake was answered with ${response.statusCode}` }))
      })
    })
    socket.on('message', (data) => {
      const [, type, , ack, json = ''] = FRAME.exec(String(data)) ?? []
      const payload = (): unknown => JSON.parse(json)
      switch (type) {
        case '0':
          socket.send(`40${prefix}${JSON.stringify(auth)}`)
          break
        case '2':
          socket.send('3')
          break
        case '40':
          resolve()
          break
        case '41':
          socket.close()
          break
        case '42':
          hear(payload() as readonly unknown[])
          break
        case '43':
          acks.get(Number(ack))?.((payload() as readonly Reply[])[0] as Reply)
          break
        case '44': {
          const { data: error } = payload() as { readonly data: WireError }
          reject(new Refused(error))
          socket.close()
        }
      }
    })
  })

  return {
    welcome: await packet('welcome'),
    gone,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    ask(name, argument) {
      const id = asked++
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ack of ${name} in time`)), ACK_TIMEOUT_MS)
        acks.set(id, (reply) => {
          clearTimeout(timer)
          acks.delete(id)
          resolve(reply)
        })
        void gone.then(() => {
          clearTimeout(timer)
          reject(new Error(`the connection ended before the ack of ${name}`))
        })
        socket.send(`42${prefix}${id}${JSON.stringify([name, argument])}`)
      })
    },
    signal: (name, argument) => socket.send(`42${prefix}${JSON.stringify([name, argument])}`),
    packet,
    left: (name) => arrived[name].length,
    close() {
      if (socket.readyState === WebSocket.OPEN) socket.send(`41${prefix}`)
      socket.close()
    },
    cut: () => socket.terminate(),
  }
}

/** Why a connection is refused, by its code. */
export const refusal = (attempt: Promise<ForeignClient>): Promise<string> =>
  attempt.then(
    (client) => {
      client.close()
      return 'connected'
    },
    (error: unknown) => (error instanceof Refused ? error.error.code : String(error)),
  )

/** The same over polling, as far as the greeting: each frame is a request, and answers hold several, apart by 0x1e. */
export async function greetByPolling(
  server: string,
  namespace: Namespace,
  auth: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Packets['welcome']> {
  const url = `${server}/socket.io/?EIO=4&transport=polling`
  const read = async (address: string) => (await (await fetch(address, { headers })).text()).split('\u001e')
  const [opened = ''] = await read(url)
  const { sid } = JSON.parse(opened.slice(1)) as { readonly sid: string }
  const own = `${url}&sid=${sid}`
  await fetch(own, { method: 'POST', headers, body: `40${namespace},${JSON.stringify(auth)}` })
  for (;;) {
    for (const frame of await read(own)) {
      const [, type, , , json = ''] = FRAME.exec(frame) ?? []
      if (type === '44') throw new Error(frame)
      if (type !== '42') continue
      await fetch(own, { method: 'POST', headers, body: `41${namespace},` })
      return (JSON.parse(json) as readonly [string, Packets['welcome']])[1]
    }
  }
}

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
