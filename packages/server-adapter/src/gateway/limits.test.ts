// Where each limit begins: as many as it says pass, one more is refused, with its code and the time to wait. The limits
// are made small here; what they are is in docs/security.md, which is held against them below.

import { readFileSync } from 'node:fs'
import { LIMITS, type Command } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import type { PendopoOptions } from '../options.ts'
import { newId, open, ORIGIN, post, startTestServer, type TestServer } from '../testing/test-server.ts'

const rateLimited = { code: 'rate_limited', retryAfter: expect.any(Number) }

async function withServer(limits: NonNullable<PendopoOptions['limits']>, body: (server: TestServer) => Promise<void>) {
  const server = await startTestServer({ limits })
  try {
    await body(server)
  } finally {
    await server.close()
  }
}

/** The wire error of a refused connection. */
const refusalOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: { data?: unknown }) => error.data,
  )

const close = (): Command => ({ id: newId(), kind: 'conversation.close', data: {} })

describe('limits', () => {
  it('[SC7] sockets of one visitor', () =>
    withServer({ socketsPerVisitor: 2 }, async (server) => {
      const { token } = await server.visitor()
      await server.visitor({ token })
      expect(await refusalOf(server.visitor({ token }))).toMatchObject(rateLimited)
      await server.visitor()
    }))

  it('[SC7] sockets from one address', () =>
    withServer({ socketsPerAddress: 2 }, async (server) => {
      const first = await server.visitor()
      await server.visitor()
      expect(await refusalOf(server.visitor())).toMatchObject(rateLimited)
      first.close()
      await expect.poll(() => refusalOf(server.visitor())).toBeUndefined()
    }))

  it('[SC7] requests of one socket', () =>
    withServer({ requestsPerSecond: 3 }, async (server) => {
      const visitor = await server.visitor()
      const answers = await Promise.all(Array.from({ length: 4 }, () => visitor.raw('heads', {})))
      expect(answers.map((answer) => (answer as { ok: boolean }).ok)).toEqual([true, true, true, false])
      expect(answers.at(-1)).toMatchObject({ error: rateLimited })
    }))

  it('[SC7] messages of one visitor, over all their sockets', () =>
    withServer({ postBurst: 3, postPerSecond: 0.01 }, async (server) => {
      const visitor = await server.visitor()
      const { stream } = await visitor.ask('commands', { commands: [open(), post('1'), post('2')] })
      const tab = await server.visitor({ token: visitor.token })
      await tab.ask('commands', { stream, commands: [post('3')] })
      expect(await visitor.refusal('commands', { stream, commands: [post('4')] })).toMatchObject(rateLimited)
    }))

  it('[SC7] new conversations of one visitor', () =>
    withServer({ newConversationsPerHour: 2 }, async (server) => {
      const visitor = await server.visitor()
      const agent = await server.agent({ role: 'admin' })
      for (let time = 0; time < 2; time++) {
        const { stream } = await visitor.ask('commands', { commands: [open()] })
        await agent.ask('commands', { stream, commands: [close()] })
      }
      expect(await visitor.refusal('commands', { commands: [open()] })).toMatchObject(rateLimited)
    }))

  it.each(['newConversationsPerHourPerAddress', 'newConversationsPerHourPerSite'])('[SC7] %s', (name) =>
    withServer({ [name]: 2 }, async (server) => {
      for (let time = 0; time < 2; time++) await (await server.visitor()).ask('commands', { commands: [open()] })
      const third = await server.visitor()
      expect(await third.refusal('commands', { commands: [open()] })).toMatchObject(rateLimited)
    }),
  )

  it('[SC7] conversations an agent watches at once', () =>
    withServer({ watched: 1 }, async (server) => {
      const [one, two] = [await server.visitor(), await server.visitor()]
      const first = (await one.ask('commands', { commands: [open()] })).stream.id
      const second = (await two.ask('commands', { commands: [open()] })).stream.id
      const agent = await server.agent({ role: 'admin' })
      await agent.ask('sync', { conversation: first, have: null })
      const refused = await agent.refusal('sync', { conversation: second, have: null })
      expect(refused.code).toBe('too_large')
      await agent.ask('unwatch', { conversation: first })
      await agent.ask('sync', { conversation: second, have: null })
    }))

  it('[SC7, PR3] the length of a text and of a batch', () =>
    withServer({ postBurst: 100 }, async (server) => {
      const visitor = await server.visitor()
      const { stream } = await visitor.ask('commands', { commands: [open(), post('x'.repeat(LIMITS.textLength))] })
      const long = await visitor.refusal('commands', { stream, commands: [post('x'.repeat(LIMITS.textLength + 1))] })
      expect(long).toMatchObject({ code: 'invalid', message: expect.stringContaining(String(LIMITS.textLength)) })
      const batch = (length: number) => Array.from({ length }, (_, index) => post(String(index)))
      await visitor.ask('commands', { stream, commands: batch(LIMITS.batchCommands) })
      const many = await visitor.refusal('commands', { stream, commands: batch(LIMITS.batchCommands + 1) })
      expect(many.code).toBe('invalid')
    }))
})

it('[SC29] an office of 200 behind one address connects, asks over HTTP, and writes', async () => {
  const server = await startTestServer()
  try {
    const people = Array.from({ length: 200 }, (_, index) => index)
    const connected: Awaited<ReturnType<TestServer['visitor']>>[] = []
    // As they come in the morning, not all in one millisecond.
    for (let from = 0; from < people.length; from += 20)
      connected.push(...(await Promise.all(people.slice(from, from + 20).map(() => server.visitor()))))
    const asked = await Promise.all(
      connected.map(({ token }) =>
        fetch(`${server.url}/acme/origin`, { headers: { origin: ORIGIN, authorization: `Bearer ${token}` } }),
      ),
    )
    expect(asked.every(({ status }) => status === 204)).toBe(true)
    const answers = await Promise.all(
      connected.map((visitor) => visitor.ask('commands', { commands: [open(), post('good morning')] })),
    )
    expect(answers.every(({ results }) => results.every(({ ok }) => ok))).toBe(true)
  } finally {
    await server.close()
  }
}, 60_000)

describe('docs/security.md', () => {
  const text = readFileSync(new URL('../../../../docs/security.md', import.meta.url), 'utf8')

  it('[SC31] lists every limit with the value it has', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, value = '']) => [
      name,
      Number(value.replaceAll(',', '')),
    ])
    expect(Object.fromEntries(rows)).toEqual(LIMITS)
  })

  it('[SC31] names tests that exist', () => {
    const root = new URL('../../../../', import.meta.url)
    const named = [...text.matchAll(/`((?:packages|tests|tools)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(20)
    for (const path of named) expect(() => readFileSync(new URL(path, root))).not.toThrow()
  })
})
