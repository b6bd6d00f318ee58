// socket.io's packet format (revision 5) without its binary half. Nothing of ours is binary, so a frame that announces
// attachments is refused before anything is kept for it, and what we send is not searched for buffers.
// Passed to socket.io as `parser`; `socket.io-parser` could replace it.

import { EventEmitter } from 'node:events'

const CONNECT = 0
const DISCONNECT = 1
const EVENT = 2
const ACK = 3

/** What socket.io hands to an encoder. */
interface Packet {
  readonly type: number
  readonly nsp: string
  readonly id?: number
  readonly data?: unknown
}

/** Events that only the library itself may emit, and `error`, which would throw where nobody listens. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'error',
  'newListener',
  'removeListener',
])

/** A namespace, then the id of the ack, then JSON. */
const FRAME = /^([0-3])(?:(\/[^,]*),)?(\d{1,15})?([[{].*)?$/s

/** @public socket.io takes it from this module by its name. */
export class Encoder {
  encode({ type, nsp, id, data }: Packet): readonly string[] {
    const namespace = nsp === '/' ? '' : `${nsp},`
    return [`${type}${namespace}${id ?? ''}${data === undefined || data === null ? '' : JSON.stringify(data)}`]
  }
}

/** @public As above. */
export class Decoder extends EventEmitter {
  /** Emits `decoded`; throws on what is not a packet, and socket.io closes that client. */
  add(frame: unknown): void {
    this.emit('decoded', decode(frame))
  }

  destroy(): void {
    this.removeAllListeners()
  }
}

function decode(frame: unknown): Packet {
  const parts = typeof frame === 'string' ? FRAME.exec(frame) : null
  if (parts === null) throw new Error('not a packet')
  const [, digit, nsp = '/', id, json] = parts
  const type = Number(digit)
  const data: unknown = json === undefined ? undefined : JSON.parse(json)
  if (!isPayload(type, data)) throw new Error('a packet whose payload does not fit its type')
  return { type, nsp, ...(id !== undefined && { id: Number(id) }), ...(data !== undefined && { data }) }
}

function isPayload(type: number, data: unknown): boolean {
  switch (type) {
    case CONNECT:
      return data === undefined || (typeof data === 'object' && !Array.isArray(data))
    case DISCONNECT:
      return data === undefined
    case EVENT:
      return Array.isArray(data) && typeof data[0] === 'string' && !RESERVED.has(data[0])
    case ACK:
      return Array.isArray(data)
    default:
      return false
  }
}
