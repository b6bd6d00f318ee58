// Transport over the browser's WebSocket, speaking socket.io's protocol: what every visitor downloads. socket.io-client
// does the same with ten times the bytes, most of them for retry, buffering and transports that are not used here; it
// is loaded where this one does not get through (`default-transport.ts`).

import type { Clock } from '../environment.ts'
import { ENGINE, PACKET, parseFrame, toFrame } from './framing.ts'
import { addressOf, toRefusal } from './refusal.ts'
import type { Disconnected, Transport } from './transport.ts'

interface Waiting {
  resolve(reply: unknown): void
  reject(error: Error): void
}

export function createWebSocketTransport({ clock }: { readonly clock: Clock }): Transport {
  return {
    connect({ server, namespace, auth }, handlers) {
      const { origin, path } = addressOf(server)
      const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${path}/?EIO=4&transport=websocket`)
      const waiting = new Map<number, Waiting>()
      // Never those of a former connection, whose acks a network may bring again: they would answer something else.
      let ids = clock.now()
      let isOver = false
      /** The server pings; when it stops, the connection is half open. */
      let patience = Infinity
      let cancelPatience: (() => void) | null = null

      function end(why: Disconnected | null): void {
        if (isOver) return
        isOver = true
        cancelPatience?.()
        socket.close()
        for (const { reject } of waiting.values()) reject(new Error('the connection went down'))
        if (why !== null) handlers.onDown(why)
      }
      const lose = () => end({ reason: 'lost' })

      function receive(text: string): void {
        if (text === ENGINE.ping || text[0] === ENGINE.open) {
          if (text === ENGINE.ping) socket.send(ENGINE.pong)
          else {
            const { pingInterval, pingTimeout } = JSON.parse(text.slice(1))
            patience = pingInterval + pingTimeout
            socket.send(toFrame(namespace, PACKET.connect, auth))
          }
          cancelPatience?.()
          cancelPatience = clock.after(patience, lose)
          return
        }
        const frame = parseFrame(namespace, text)
        if (frame === null) return
        const { type, id, data } = frame
        if (type === PACKET.connect) handlers.onUp()
        else if (type === PACKET.event && Array.isArray(data)) handlers.onPacket(data[0], data[1])
        else if (type === PACKET.ack && Array.isArray(data) && id !== null) waiting.get(id)?.resolve(data[0])
        else if (type === PACKET.refusal) end(toRefusal(data))
        else if (type === PACKET.disconnect) lose()
      }

      socket.onclose = lose
      // What went wrong is never said here; `close` follows.
      socket.onerror = () => undefined
      socket.onmessage = ({ data }) => {
        if (isOver) return
        try {
          receive(data)
        } catch {
          // Not socket.io at the other end, or a frame cut short: nothing after it can be trusted.
          lose()
        }
      }

      return {
        request(name, argument, timeoutMs) {
          const id = ids++
          return new Promise<unknown>((resolve, reject) => {
            const cancel = clock.after(timeoutMs, () => reject(new Error('no ack in time')))
            waiting.set(id, {
              resolve(reply) {
                cancel()
                resolve(reply)
              },
              reject(error) {
                cancel()
                reject(error)
              },
            })
            socket.send(toFrame(namespace, PACKET.event, [name, argument], id))
          }).finally(() => waiting.delete(id))
        },
        signal: (name, argument) => socket.send(toFrame(namespace, PACKET.event, [name, argument])),
        close: () => end(null),
      }
    },
  }
}
