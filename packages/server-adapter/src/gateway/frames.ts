// Requests, their answers and packets as texts of socket.io's protocol (revision 5), and texts as WebSocket frames. They
// go between a connection and the gateway without socket.io's emitters in between, which cost a message more than
// storing it does; joining, leaving and the heartbeat are socket.io's.

import type { Packets } from '@pendopo/protocol'

/** `["name", argument]`, and the id its answer goes under; without one, nobody waits for an answer. */
export interface RequestFrame {
  readonly namespace: string
  readonly name: string
  readonly argument: unknown
  readonly id: number | undefined
}

const EVENT = '2'
const ACK = '3'

/** Whether a text is a request, well made or not. */
export const isRequest = (text: unknown): text is string => typeof text === 'string' && text.startsWith(EVENT)

/** A namespace, then the id of the ack, then JSON. */
const REQUEST = /^2(?:(\/[^,]*),)?(\d{1,15})?(\[.*)$/s

/** Throws on what is not a request. */
export function readRequest(text: string): RequestFrame {
  const parts = REQUEST.exec(text)
  if (parts === null) throw new SyntaxError('not a request')
  const [, namespace = '/', id, json = ''] = parts
  const [name, argument]: readonly unknown[] = JSON.parse(json)
  if (typeof name !== 'string') throw new SyntaxError('a request without a name')
  return { namespace, name, argument, id: id === undefined ? undefined : Number(id) }
}

export const packetText = <Name extends keyof Packets<unknown>>(
  namespace: string,
  name: Name,
  packet: Packets<unknown>[Name],
): string => `${EVENT}${namespace},["${name}",${JSON.stringify(packet)}]`

export const answerText = (namespace: string, id: number, answer: object): string =>
  `${ACK}${namespace},${id}[${JSON.stringify(answer)}]`

/** A final, unmasked text frame. */
const TEXT_FRAME = 0x81
/** engine.io's letter for what is not its own. */
const MESSAGE = 0x34

/** The frame of a text on a WebSocket without compression (RFC 6455, 5.2), as engine.io sends it, in one buffer. */
export function toFrame(text: string): Buffer {
  const length = Buffer.byteLength(text) + 1
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = TEXT_FRAME
  if (start === 2) frame[1] = length
  else if (start === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame[start] = MESSAGE
  frame.write(text, start + 1)
  return frame
}
