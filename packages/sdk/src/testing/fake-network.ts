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
  /** `answer` is called with what the server says, with nothing for a signal, and not at all where it dies before. */
  receive(name: RequestName, argument: unknown, answer: (reply: unknown) => void): void
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
  /** How many of the last frames of the former connection, each way, arrive once more in the new one. */
  replays(): number
  /** Milliseconds from a request to its commit; one that dies before has stored nothing. */
  commit(): number
  /** Milliseconds until another node hears of what was stored; `null` where it is never told. */
  hint(): number | null
}

export const NO_FAULTS: FakeFaults = {
  latency: () => 0,
  fate: () => 'deliver',
  ackDelay: () => 0,
  isReachable: () => true,
  replays: () => 0,
  commit: () => 0,
  hint: () => 0,
}

/** `null`: nobody is there to answer. */
export type Accept = (auth: unknown, socket: FakeSocket, namespace: string) => FakePeer | WireError | null

/** Frames as they went by, to be replayed. */
interface Recording {
  readonly up: (readonly [name: RequestName, argument: unknown])[]
  readonly down: (readonly [name: string, data: unknown])[]
}

const silence = () => undefined

/** The client's end: a Transport whose connections end at `accept`. */
export function createFakeTransport(clock: Clock, faults: FakeFaults, accept: Accept): Transport {
  let recorded: Recording = { up: [], down: [] }
  return {
    connect({ namespace, auth }, handlers) {
      const former = recorded
      const recording: Recording = (recorded = { up: [], down: [] })
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
          recording.down.push([name, copy])
          carry(down, 'down', name, () => receive(handlers, name, structuredClone(copy)))
        },
        cut: (error) => end(error === undefined ? { reason: 'lost' } : { reason: 'refused', error }),
      }

      up(() => {
        const accepted = accept(structuredClone(auth), socket, namespace)
        if (accepted === null) return down(() => end({ reason: 'lost' }))
        if ('code' in accepted) return down(() => end({ reason: 'refused', error: accepted }))
        peer = accepted
        handlers.onUp()
        replay()
      })

      /** What belonged to the connection before, late. Its acks find nobody. */
      function replay(): void {
        const count = faults.replays()
        if (count === 0) return
        for (const [name, argument] of former.up.slice(-count))
          up(() => peer?.receive(name, structuredClone(argument), silence))
        for (const [name, data] of former.down.slice(-count)) down(() => receive(handlers, name, structuredClone(data)))
      }

      return {
        request(name, argument, timeoutMs) {
          const copy = structuredClone(argument)
          recording.up.push([name, copy])
          return new Promise<unknown>((resolve, reject) => {
            const cancel = clock.after(timeoutMs, () => fail(new Error('no ack in time')))
            const fail = (error: Error) => {
              cancel()
              acks.delete(fail)
              reject(error)
            }
            acks.add(fail)
            const arrived = (reply: unknown) => {
              cancel()
              acks.delete(fail)
              resolve(reply)
            }
            const answer = (reply: unknown) => {
              const told = structuredClone(reply)
              const delay = faults.ackDelay()
              const send = () => carry(down, 'down', `${name}:ack`, () => arrived(told))
              if (delay === 0) send()
              else clock.after(delay, send)
            }
            carry(up, 'up', name, () => peer?.receive(name, structuredClone(copy), answer))
          })
        },
        signal(name, argument) {
          const copy = structuredClone(argument)
          carry(up, 'up', name, () => peer?.receive(name, copy, silence))
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
