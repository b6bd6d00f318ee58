// On a Redis of its own, which is killed, stopped and started again.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startRedis, type PrivateServer } from '../../../../tools/services.mjs'
import type { Bus } from './bus.ts'
import { createLimiters } from './limiters.ts'
import { checkRedisAddress, createRedisBus, createRedisClient } from './redis-bus.ts'

const logger = pino({ level: 'silent' })
let redis: PrivateServer
let buses: Bus[] = []

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  await redis?.stop()
})

/** A node's end: what it has heard, and a way to publish until something comes back. */
function join(channel: string, url = redis.url) {
  const heard: string[] = []
  const bus = createRedisBus(url, channel, logger)((text) => void heard.push(text))
  buses = [...buses, bus]
  const hears = (text: string) => vi.waitUntil(() => heard.includes(text), { timeout: 15_000, interval: 10 })
  /** Publishes as a beat does, until it is heard. */
  const beats = async (text: string, listener: readonly string[]) =>
    vi.waitUntil(
      () => {
        bus.publish(text)
        return listener.includes(text)
      },
      { timeout: 15_000, interval: 100 },
    )
  return { bus, heard, hears, beats }
}

describe('the bus on Redis', () => {
  it('[CL1] carries messages to all nodes of the channel, the sender included, in order', async () => {
    const [one, two, stranger] = [join('a'), join('a'), join('b')]
    await two.beats('ready', one.heard)
    await one.beats('also', two.heard)
    for (let n = 0; n < 500; n++) one.bus.publish(`message ${n}`)
    await two.hears('message 499')
    await one.hears('message 499')
    const sent = Array.from({ length: 500 }, (_, n) => `message ${n}`)
    expect(two.heard.filter((text) => text.startsWith('message'))).toEqual(sent)
    expect(stranger.heard).toEqual([])
  })

  it('[CL7] starts without Redis, is there within five seconds of its start, and again after a crash', async () => {
    await redis.kill()
    const [one, two] = [join('c'), join('c')]
    one.bus.publish('lost')
    await redis.start()
    const started = Date.now()
    await one.beats('up', two.heard)
    expect(Date.now() - started).toBeLessThan(5_000)
    await redis.kill()
    one.bus.publish('lost too')
    await redis.start()
    const again = Date.now()
    await one.beats('up again', two.heard)
    await two.beats('and back', one.heard)
    expect(Date.now() - again).toBeLessThan(5_000)
    expect(two.heard).not.toContain('lost')
  }, 30_000)

  it('[CL7] gives up a connection that was taken and is never answered', async () => {
    const taken: Socket[] = []
    const gate = createServer((near) => {
      taken.push(near)
      if (taken.length === 1) return
      const far = connect(redis.port, '127.0.0.1')
      for (const socket of [near, far]) socket.on('error', () => {})
      near.pipe(far).pipe(near)
    })
    gate.listen(0, '127.0.0.1')
    await once(gate, 'listening')
    const address = gate.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const one = join('d', `redis://127.0.0.1:${port}`)
    await one.beats('through', one.heard)
    expect(taken.length).toBeGreaterThan(1)
    await one.bus.close()
    for (const socket of taken) socket.destroy()
    gate.close()
  }, 20_000)

  it('[CL13] one that is closed while it begins to connect keeps no connection, nor do the counters', async () => {
    const other = await startRedis()
    onTestFinished(() => other.stop())
    const looker = createRedisClient(other.url, logger)
    await looker.connect()
    onTestFinished(() => looker.destroy())
    const connections = async () => (await looker.sendCommand(['CLIENT', 'LIST'])).toString().trim().split('\n').length
    await createRedisBus(other.url, 'd', logger)(() => {}).close()
    createLimiters(other.url, 'installation', logger).close()
    // They came and went: told once only, they come and stay.
    await pause(500)
    expect(await connections()).toBe(1)
  })

  it('[CL13] the end of a node does not wait for a Redis that stands still', async () => {
    const other = await startRedis()
    onTestFinished(() => other.stop())
    const { bus, beats, heard } = join('e', other.url)
    await beats('here', heard)
    process.kill(other.pid() ?? 0, 'SIGSTOP')
    onTestFinished(() => void process.kill(other.pid() ?? 0, 'SIGCONT'))
    bus.publish('my last')
    const before = Date.now()
    await bus.close()
    expect(Date.now() - before).toBeLessThan(5_000)
  })

  it('[CL7] says what an address looks like', () => {
    for (const address of ['localhost:6379', 'http://localhost', ''])
      expect(() => checkRedisAddress(address)).toThrow('write redis://host:6379')
    expect(() => checkRedisAddress('rediss://user:secret@host:6380/1')).not.toThrow()
  })
})
