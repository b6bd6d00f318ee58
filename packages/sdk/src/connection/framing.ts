// Engine.IO 4 and Socket.IO 5 in text frames over one WebSocket: all of the wire that this client uses, documented at
// https://socket.io/docs/v4/socket-io-protocol/. No binary, no upgrade, no multiplexing. Pure.

/** Engine.IO's own packets, and the prefix of those that carry Socket.IO's. */
export const ENGINE = { open: '0', ping: '2', pong: '3', message: '4' } as const

/** Socket.IO's packet types. */
export const PACKET = { connect: '0', disconnect: '1', event: '2', ack: '3', refusal: '4' } as const

export interface Frame {
  readonly type: string
  readonly id: number | null
  readonly data: unknown
}

/** A packet for a namespace, as it goes over the WebSocket. */
export function toFrame(namespace: string, type: string, data?: unknown, id?: number): string {
  return `${ENGINE.message}${type}${namespace},${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`
}

const FRAME = /^4(\d)(\/[^,]*),(\d*)(.*)$/s

/** What a frame says, or `null` where it is none of the namespace's. Throws where its JSON is broken. */
export function parseFrame(namespace: string, frame: string): Frame | null {
  const [, type = '', target, id, json] = FRAME.exec(frame) ?? []
  if (target !== namespace) return null
  return { type, id: id ? Number(id) : null, data: json ? JSON.parse(json) : undefined }
}
