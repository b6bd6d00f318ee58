// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest'
import { createManualClock } from '../testing.ts'
import { createDefaultTransport } from './default-transport.ts'
import type { Disconnected } from './transport.ts'

/** A network in which no WebSocket gets through. */
class BlockedWebSocket {
  static made = 0
  onclose: (() => void) | null = null
  constructor() {
    BlockedWebSocket.made++
    queueMicrotask(() => this.onclose?.())
  }
  close(): void {}
}

it('[CN10] where WebSocket never gets through, the other way is tried every other time', async () => {
  vi.stubGlobal('WebSocket', BlockedWebSocket)
  const transport = createDefaultTransport({ clock: createManualClock() })
  const attempt = () =>
    new Promise<Disconnected>((resolve) => {
      transport.connect(
        { server: 'http://127.0.0.1:9', namespace: '/visitor', auth: {} },
        { onUp: () => undefined, onPacket: () => undefined, onDown: resolve },
      )
    })
  const byWebSocket: number[] = []
  for (let index = 0; index < 4; index++) {
    const before = BlockedWebSocket.made
    expect(await attempt()).toEqual({ reason: 'lost' })
    byWebSocket.push(BlockedWebSocket.made - before)
  }
  expect(byWebSocket).toEqual([1, 1, 0, 1])
})
