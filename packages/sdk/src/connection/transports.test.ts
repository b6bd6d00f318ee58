// The two transports against a real socket.io server: what the one does by hand, the other does by its library.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as nodeWebSocket from 'ws'
import { SYSTEM_CLOCK } from '../environment/system-clock.ts'
import { createSocketIoTransport } from './socket-io-transport.ts'
import type { Disconnected, Transport } from './transport.ts'
import { createWebSocketTransport } from './websocket-transport.ts'

const http = createServer()
const io = new Server(http, { path: '/chat/socket.io', pingInterval: 300, pingTimeout: 200 })
let url = ''
/** Under which numbers the server was asked. */
const asked: number[] = []

beforeAll(async () => {
  if (!('WebSocket' in globalThis)) Object.assign(globalThis, { WebSocket: nodeWebSocket.WebSocket })
  const visitors = io.of('/visitor')
  visitors.use((socket, next) => {
    const { token } = socket.handshake.auth
    const data = { code: 'overloaded', message: 'full', retryAfter: 1_500 }
    next(token === 'good' ? undefined : Object.assign(new Error('refused'), { data }))
  })
  visitors.on('connection', (socket) => {
    socket.conn.on('packet', ({ data }) => {
      const [, id] = /^2\/visitor,(\d+)\["heads"/.exec(String(data)) ?? []
      if (id !== undefined) asked.push(Number(id))
    })
    socket.emit('welcome', { said: 'Hällo, 世界 "quoted", 42/visitor,' })
    socket.on('heads', (argument, ack) => ack({ ok: true, argument }))
    socket.on('typing', (argument) => socket.emit('typing', argument))
    socket.on('read', () => socket.disconnect())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  if (typeof address === 'object' && address !== null) url = `http://127.0.0.1:${address.port}/chat`
})
afterAll(() => io.close())

/** Connects and collects: `next` resolves with what comes next. */
function connect(transport: Transport, token = 'good') {
  const heard: unknown[] = []
  const waiting: ((value: unknown) => void)[] = []
  const hear = (value: unknown) => {
    const waiter = waiting.shift()
    if (waiter === undefined) heard.push(value)
    else waiter(value)
  }
  const connection = transport.connect(
    { server: url, namespace: '/visitor', auth: { token } },
    {
      onUp: () => hear('up'),
      onPacket: (name, packet) => hear({ name, packet }),
      onDown: (why: Disconnected) => hear(why),
    },
  )
  const next = () =>
    new Promise<unknown>((resolve) => (heard.length > 0 ? resolve(heard.shift()) : waiting.push(resolve)))
  return { connection, next }
}

describe.each([
  ['WebSocket', () => createWebSocketTransport({ clock: SYSTEM_CLOCK })],
  ['socket.io-client', () => createSocketIoTransport()],
] as const)('the transport over %s', (_, create) => {
  it('[CN10] carries packets, acks and signals, where the server is mounted', async () => {
    const { connection, next } = connect(create())
    expect(await next()).toBe('up')
    expect(await next()).toEqual({ name: 'welcome', packet: { said: 'Hällo, 世界 "quoted", 42/visitor,' } })
    const replies = await Promise.all([1, 2].map((n) => connection.request('heads', { n }, 5_000)))
    expect(replies).toEqual([
      { ok: true, argument: { n: 1 } },
      { ok: true, argument: { n: 2 } },
    ])
    connection.signal('typing', { typing: true })
    expect(await next()).toEqual({ name: 'typing', packet: { typing: true } })
    connection.close()
  })

  it('[CN19] asks under numbers that no former connection had, so that an ack of one answers nothing', async () => {
    asked.length = 0
    const transport = create()
    for (let n = 0; n < 3; n++) {
      const { connection, next } = connect(transport)
      expect(await next()).toBe('up')
      await Promise.all([1, 2, 3].map((argument) => connection.request('heads', { argument }, 5_000)))
      connection.close()
    }
    expect(asked).toHaveLength(9)
    expect(new Set(asked).size).toBe(9)
    expect(Math.max(...asked)).toBeLessThan(10 ** 15)
  })

  it('[CN5] [CN7] tells why it was refused', async () => {
    const { next } = connect(create(), 'bad')
    expect(await next()).toEqual({
      reason: 'refused',
      error: { code: 'overloaded', message: 'full', retryAfter: 1_500 },
    })
  })

  it('[CN4] [CN13] rejects what is not answered in time, or not at all because the connection went down', async () => {
    const { connection, next } = connect(create())
    await next()
    await next()
    await expect(connection.request('list', {}, 20)).rejects.toThrow()
    const pending = connection.request('items', {}, 60_000)
    connection.signal('read', {})
    const [down] = await Promise.all([next(), expect(pending).rejects.toThrow()])
    expect(down).toEqual({ reason: 'lost' })
  })

  it('[CN2] is lost once where nobody listens', async () => {
    const { next } = connect({
      connect: (target, handlers) => create().connect({ ...target, server: 'http://127.0.0.1:9' }, handlers),
    })
    expect(await next()).toEqual({ reason: 'lost' })
  })
})

it('[CN14] a program that meets a server which is about to start is not refused for an origin it does not have', async () => {
  const asked: string[] = []
  const transport = createSocketIoTransport({
    fetch: (input) => {
      asked.push(String(input))
      const error = { code: 'origin_refused', message: 'a client without an Origin needs the key of the site' }
      return Promise.resolve(Response.json({ error }, { status: 403 }))
    },
  })
  const { next } = connect({
    connect: (target, handlers) =>
      transport.connect({ ...target, server: 'http://127.0.0.1:9', auth: { site: 'acme', key: 'of acme' } }, handlers),
  })
  expect(await next()).toEqual({ reason: 'lost' })
  expect(asked).toEqual([])
})

it('[CN4] the transport over WebSocket answers pings, and gives up when they stop', async () => {
  const timers: { readonly ms: number; readonly callback: () => void }[] = []
  const transport = createWebSocketTransport({
    clock: { now: Date.now, after: (ms, callback) => (timers.push({ ms, callback }), () => undefined) },
  })
  const { connection, next } = connect(transport)
  await next()
  await next()
  const opened = timers.length
  // Three pings answered: the server would have closed after half a second without.
  while (timers.length < opened + 3) await new Promise((resolve) => setImmediate(resolve))
  const last = timers.at(-1)
  expect(last?.ms).toBe(500)
  last?.callback()
  expect(await next()).toEqual({ reason: 'lost' })
  connection.close()
})
