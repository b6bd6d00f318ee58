// Requests, their answers and packets as texts of socket.io's protocol (revision 5), and texts as WebSocket frames. They
// go between a connection and the gateway without socket.io's emitters in between, which took a fourteenth of all the
// time a message takes; joining, leaving and the heartbeat are socket.io's.

import type { Packets } from '@pendopo/protocol'
import { answerJson, packetJson } from './wire-texts.ts'

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

/** The longest id of an ack that a number holds exactly. */
const ID_DIGITS = 15

/** Throws on what is not a request: a namespace, then the id of the ack, then JSON. */
export function readRequest(text: string): RequestFrame {
  const isNamed = text[1] === '/'
  const start = isNamed ? text.indexOf(',') + 1 : 1
  const open = text.indexOf('[', start)
  const digits = text.slice(start, open)
  if ((isNamed && start === 0) || open === -1 || !isId(digits)) throw new SyntaxError('not a request')
  const [name, argument]: readonly unknown[] = JSON.parse(text.slice(open))
  if (typeof name !== 'string') throw new SyntaxError('a request without a name')
  const id = digits === '' ? undefined : Number(digits)
  return { namespace: isNamed ? text.slice(1, start - 1) : '/', name, argument, id }
}

function isId(digits: string): boolean {
  for (let index = 0; index < digits.length; index++) {
    const code = digits.charCodeAt(index)
    if (code < 0x30 || code > 0x39) return false
  }
  return digits.length <= ID_DIGITS
}

export const packetText = <Name extends keyof Packets<unknown>>(
  namespace: string,
  name: Name,
  packet: Packets<unknown>[Name],
): string => `${EVENT}${namespace},["${name}",${packetJson(packet)}]`

export const answerText = (namespace: string, id: number, answer: object): string =>
  `${ACK}${namespace},${id}[${answerJson(answer)}]`

/** A final, unmasked text frame. */
const TEXT_FRAME = 0x81
/** engine.io's letter for what is not its own. */
const MESSAGE = 0x34

/** The frame of a text on a WebSocket without compression (RFC 6455, 5.2), as engine.io sends it, in one buffer. */
export function toFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const length = bytes + 1
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
  // ASCII, as most are, is copied and not encoded.
  frame.write(text, start + 1, bytes, bytes === text.length ? 'latin1' : 'utf8')
  return frame
}
