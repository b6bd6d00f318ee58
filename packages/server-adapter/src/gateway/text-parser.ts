// socket.io's packet format (revision 5) without its binary half, and without requests, which the gateway takes itself
// (`frames.ts`). Nothing of ours is binary, so a frame that announces attachments is refused before anything is kept for
// it. Passed to socket.io as `parser`.

import { EventEmitter } from 'node:events'
import { isRequest } from './frames.ts'

const CONNECT = 0
const DISCONNECT = 1
const ACK = 3

/** What socket.io hands to an encoder. */
interface Packet {
  readonly type: number
  readonly nsp: string
  readonly id?: number
  readonly data?: unknown
}

/** A namespace, then the id of the ack, then JSON. */
const FRAME = /^([013])(?:(\/[^,]*),)?(\d{1,15})?([[{].*)?$/s

/** @public socket.io takes it from this module by its name. */
export class Encoder {
  encode({ type, nsp, id, data }: Packet): readonly string[] {
    const namespace = nsp === '/' ? '' : `${nsp},`
    return [`${type}${namespace}${id ?? ''}${data === undefined || data === null ? '' : JSON.stringify(data)}`]
  }
}

/** @public As above. */
export class Decoder extends EventEmitter {
  /** Emits `decoded`; throws on what is not a packet, and socket.io closes that client. A request is none of its. */
  add(frame: unknown): void {
    if (!isRequest(frame)) this.emit('decoded', decode(frame))
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
    case ACK:
      return Array.isArray(data)
    default:
      return false
  }
}
