// On a Redis of its own, which is stopped and killed.

import { pino } from 'pino'
import { RateLimiterRes } from 'rate-limiter-flexible'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { LIMITS } from '@pendopo/protocol'
import { createOpeningLimits } from '../gateway/opening-limits.ts'
import type { VisitorSession } from '../gateway/session.ts'
import { startRedis, type PrivateServer } from '../../../../tools/services.mjs'
import { createLimiters, type Limiter, type Limiters } from './limiters.ts'

const RATE = { points: 3, duration: 60 }
let redis: PrivateServer
let nodes: readonly Limiters[] = []

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const node of nodes) node.close()
  await redis?.stop()
})

const isTooMany = (limiter: Limiter, key: string) =>
  limiter.consume(key).then(
    () => false,
    (error: unknown) => error instanceof RateLimiterRes,
  )

it('[CL12] attempts count together on all nodes; while Redis does not answer each node counts for itself', async () => {
  nodes = [1, 2].map(() => createLimiters(redis.url, 'installation', pino({ level: 'silent' })))
  const [one, two] = nodes.map((node) => node.open('login', RATE))
  if (one === undefined || two === undefined) throw new Error('two nodes were asked for')
  const both = [one, two]
  // Counted in Redis from the moment the connections stand: then what one has taken is missing for the other.
  let round = 0
  await vi.waitUntil(
    async () => {
      const key = `together ${(round += 1)}`
      for (let n = 0; n < RATE.points; n++) await one.consume(key)
      return isTooMany(two, key)
    },
    { timeout: 10_000, interval: 50 },
  )
  // Not only sign-ins: whatever is counted by the hour.
  const openings = nodes.map((node) => createOpeningLimits({ ...LIMITS, newConversationsPerHour: 3 }, node))
  const session = { visitor: { browser: 'b' }, address: '203.0.113.1', site: { id: 'acme' } } as VisitorSession
  const taken = await Promise.allSettled([...openings, ...openings, ...openings].map((limit) => limit.take(session)))
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  // What was too many is given back, and so is what led to nothing.
  for (const one of taken) if (one.status === 'fulfilled') await one.value()
  for (const limit of [...openings, openings[0]]) await limit?.take(session)

  await one.delete(`together ${round}`)
  expect(await isTooMany(two, `together ${round}`)).toBe(false)

  process.kill(redis.pid() ?? 0, 'SIGSTOP')
  expect(await isTooMany(one, 'silent')).toBe(false)
  process.kill(redis.pid() ?? 0, 'SIGCONT')
  await redis.kill()
  for (const node of both) {
    for (let n = 0; n < RATE.points; n++) expect(await isTooMany(node, 'alone')).toBe(false)
    expect(await isTooMany(node, 'alone')).toBe(true)
  }
}, 30_000)
