// The socket pair: what a client says reaches the server as a copy, and the other way round, after `latency`. A
// network can lose, repeat, delay and cut, as told; order within one connection holds, as it does over a WebSocket.

import type { RequestName, WireError } from '@pendopo/protocol'
import type { Disconnected, Transport, TransportHandlers } from '../connection/transport.ts'
import type { Clock } from '../environment.ts'

/** The server's end of a connection. */
export interface FakeSocket {
  packet(name: string, data: unknown): void
  /** The connection goes down, for both. */
  cut(error?: WireError): void
}

export interface FakePeer {
  /** What the server answers, or nothing for a signal. */
  receive(name: RequestName, argument: unknown): unknown
  gone(): void
}

export interface FakeFaults {
  /** Milliseconds one way. */
  latency(): number
  /** What happens to one message. `repeat` delivers it twice. */
  fate(direction: 'up' | 'down', name: string): 'deliver' | 'lose' | 'repeat'
  /** Additional milliseconds before an ack leaves the server. */
  ackDelay(): number
  /** `false`: nothing gets through, and nobody is told. */
  isReachable(): boolean
}

export const NO_FAULTS: FakeFaults = {
  latency: () => 0,
  fate: () => 'deliver',
  ackDelay: () => 0,
  isReachable: () => true,
}

export type Accept = (auth: unknown, socket: FakeSocket, namespace: string) => FakePeer | WireError

/** The client's end: a Transport whose connections end at `accept`. */
export function createFakeTransport(clock: Clock, faults: FakeFaults, accept: Accept): Transport {
  return {
    connect({ namespace, auth }, handlers) {
      let peer: FakePeer | null = null
      let isOver = false
      const acks = new Set<(error: Error) => void>()

      function end(why: Disconnected | null): void {
        if (isOver) return
        isOver = true
        peer?.gone()
        for (const reject of acks) reject(new Error('the connection went down'))
        if (why !== null) handlers.onDown(why)
      }

      // One lane each way: a later message never overtakes an earlier one.
      const up = createLane(clock, () => !isOver && faults.isReachable(), faults.latency)
      const down = createLane(clock, () => !isOver && faults.isReachable(), faults.latency)

      function carry(lane: Lane, direction: 'up' | 'down', name: string, deliver: () => void): void {
        const fate = faults.fate(direction, name)
        if (fate === 'lose') return
        lane(deliver)
        if (fate === 'repeat') lane(deliver)
      }

      const socket: FakeSocket = {
        packet: (name, data) => {
          const copy = structuredClone(data)
          carry(down, 'down', name, () => receive(handlers, name, structuredClone(copy)))
        },
        cut: (error) => end(error === undefined ? { reason: 'lost' } : { reason: 'refused', error }),
      }

      up(() => {
        const accepted = accept(structuredClone(auth), socket, namespace)
        if ('code' in accepted) return down(() => end({ reason: 'refused', error: accepted }))
        peer = accepted
        handlers.onUp()
      })

      return {
        request(name, argument, timeoutMs) {
          const copy = structuredClone(argument)
          return new Promise<unknown>((resolve, reject) => {
            const cancel = clock.after(timeoutMs, () => fail(new Error('no ack in time')))
            const fail = (error: Error) => {
              cancel()
              acks.delete(fail)
              reject(error)
            }
            acks.add(fail)
            carry(up, 'up', name, () => {
              const reply = structuredClone(peer?.receive(name, structuredClone(copy)))
              const answer = () => {
                cancel()
                acks.delete(fail)
                resolve(reply)
              }
              const delay = faults.ackDelay()
              const send = () => carry(down, 'down', `${name}:ack`, answer)
              if (delay === 0) send()
              else clock.after(delay, send)
            })
          })
        },
        signal(name, argument) {
          const copy = structuredClone(argument)
          carry(up, 'up', name, () => void peer?.receive(name, copy))
        },
        close: () => end(null),
      }
    },
  }
}

type Lane = (deliver: () => void) => void

function createLane(clock: Clock, isOpen: () => boolean, latency: () => number): Lane {
  const queue: { isDue: boolean; readonly deliver: () => void }[] = []
  return (deliver) => {
    const message = { isDue: false, deliver }
    queue.push(message)
    clock.after(latency(), () => {
      message.isDue = true
      while (queue[0]?.isDue) {
        const next = queue.shift()
        if (isOpen()) next?.deliver()
      }
    })
  }
}

function receive(handlers: TransportHandlers, name: string, data: unknown): void {
  switch (name) {
    case 'welcome':
    case 'events':
    case 'marks':
    case 'typing':
    case 'hint':
    case 'gone':
    case 'presence':
    case 'refused':
      handlers.onPacket(name, data)
  }
}
