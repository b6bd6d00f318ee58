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

/** How a try goes, and what the server is asked meanwhile. */
function setUp(answer: () => Promise<Response>) {
  vi.stubGlobal('WebSocket', BlockedWebSocket)
  const asked: string[] = []
  const transport = createDefaultTransport({
    clock: createManualClock(),
    fetch: (input) => (asked.push(String(input)), answer()),
  })
  const attempt = () =>
    new Promise<Disconnected>((resolve) => {
      transport.connect(
        { server: 'http://127.0.0.1:9/chat/', namespace: '/visitor', auth: { site: 'acme' } },
        { onUp: () => undefined, onPacket: () => undefined, onDown: resolve },
      )
    })
  return { attempt, asked }
}

it('[CN10] where WebSocket never gets through, the other way is tried every other time', async () => {
  const { attempt } = setUp(() => Promise.reject(new TypeError('no network')))
  const byWebSocket: number[] = []
  for (let index = 0; index < 4; index++) {
    const before = BlockedWebSocket.made
    expect(await attempt()).toEqual({ reason: 'lost' })
    byWebSocket.push(BlockedWebSocket.made - before)
  }
  expect(byWebSocket).toEqual([1, 1, 0, 1])
})

it('[CN14] where nothing gets through, the server is asked whether it turns this page away', async () => {
  const error = { code: 'origin_refused', message: 'https://evil.example is not on the list of this site' }
  const { attempt, asked } = setUp(() => Promise.resolve(Response.json({ error }, { status: 403 })))
  expect([await attempt(), await attempt(), await attempt()]).toEqual([
    { reason: 'lost' },
    { reason: 'lost' },
    { reason: 'refused', error },
  ])
  expect(asked).toEqual(['http://127.0.0.1:9/chat/acme/origin'])
})

it.each([
  ['lets the page in', () => new Response(null, { status: 204 })],
  ['is older and does not know the question', () => Response.json({ error: { code: 'not_found' } }, { status: 404 })],
  ['is not there, and a proxy answers', () => new Response('<h1>Forbidden</h1>', { status: 403 })],
] as const)('[CN14] it stays a lost network where the server %s', async (_, answer) => {
  const { attempt } = setUp(() => Promise.resolve(answer()))
  for (let index = 0; index < 3; index++) expect(await attempt()).toEqual({ reason: 'lost' })
})
