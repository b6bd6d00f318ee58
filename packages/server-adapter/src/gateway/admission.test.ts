// Who gets in: origins, keys, versions, tokens, counts.

import { once } from 'node:events'
import { PROTOCOL_VERSION } from '@pendopo/protocol'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newToken, open, ORIGIN, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    limits: { authenticateWithinMs: 300, socketsPerAddress: 20, requestsPerSecond: 10 },
    sessionCheckMs: 100,
  })
})
afterAll(() => server.close())

const auth = () => ({ version: PROTOCOL_VERSION, site: 'acme', token: newToken() })

/** Why a connection was refused. */
async function refusal(
  namespace: '/visitor' | '/agent',
  handshake: object,
  headers: Record<string, string>,
): Promise<unknown> {
  const attempt = await server.connect(namespace, handshake, headers).then(
    (client) => client.close(),
    (error: { data?: { code?: string } }) => error,
  )
  return attempt?.data?.code ?? attempt
}

describe('who may connect', () => {
  it('[SC1] a visitor comes from an origin of their own site, or from the server itself', async () => {
    await server.pendopo.addSite({ name: 'Other', origins: ['https://other.example'] })
    expect(await refusal('/visitor', auth(), { origin: ORIGIN })).toBeUndefined()
    expect(await refusal('/visitor', auth(), { origin: server.url })).toBeUndefined()
    // Known to the server (as soon as it has looked again), and yet another site's.
    const other = () => refusal('/visitor', auth(), { origin: 'https://other.example' })
    await expect.poll(other, { timeout: 5_000 }).toBe('origin_refused')
  })

  it('[SC1] an origin that no site lists does not get past the handshake', async () => {
    for (const transport of ['polling', 'websocket']) {
      const response = await fetch(`${server.url}/socket.io/?EIO=4&transport=${transport}`, {
        headers: { origin: 'https://evil.example' },
      })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('[SC2] a client without an origin needs the key of the site', async () => {
    expect(await refusal('/visitor', auth(), {})).toBe('origin_refused')
    expect(await refusal('/visitor', { ...auth(), key: 'pk_wrong' }, {})).toBe('origin_refused')
    expect(await refusal('/visitor', { ...auth(), key: server.site.key }, {})).toBeUndefined()
    expect(await refusal('/visitor', auth(), { 'sec-fetch-site': 'same-origin' })).toBeUndefined()
  })

  it('[SC18] an agent needs a session, from our own pages only', async () => {
    const { cookie } = await server.agent()
    const version = { version: PROTOCOL_VERSION }
    expect(await refusal('/agent', version, { origin: server.url })).toBe('unauthenticated')
    expect(await refusal('/agent', version, { cookie, origin: ORIGIN })).toBe('origin_refused')
    expect(await refusal('/agent', version, { cookie: 'pendopo=', origin: server.url })).toBe('unauthenticated')
    expect(await refusal('/agent', version, { cookie: `pendopo=${newToken()}` })).toBe('unauthenticated')
    expect(await refusal('/agent', version, { cookie })).toBeUndefined()
  })

  it('[SC5, PR5] another version is told to upgrade, a misshapen handshake what is wrong', async () => {
    expect(await refusal('/visitor', { ...auth(), version: 99 }, { origin: ORIGIN })).toBe('upgrade')
    expect(await refusal('/visitor', { ...auth(), token: 'short' }, { origin: ORIGIN })).toBe('invalid')
    expect(await refusal('/visitor', { ...auth(), site: 'nowhere' }, { origin: ORIGIN })).toBe('not_found')
  })

  it('[SC6] a socket that does not say who it is by then is closed', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers: { origin: ORIGIN },
    })
    await once(socket, 'close')
  })

  it('[SC7] a visitor has ten sockets, the eleventh is told to wait', async () => {
    const token = newToken()
    const first = await Promise.all(Array.from({ length: 10 }, () => server.visitor({ token })))
    expect(await refusal('/visitor', { ...auth(), token }, { origin: ORIGIN })).toBe('rate_limited')
    for (const client of first) client.close()
  })

  it('[SC7] more requests than the limit are refused, with the time to wait', async () => {
    const visitor = await server.visitor()
    const answers = await Promise.all(Array.from({ length: 30 }, () => visitor.raw('heads', {})))
    expect(answers.slice(0, 10).every((answer) => (answer as { ok: boolean }).ok)).toBe(true)
    expect(answers.at(-1)).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfter: expect.any(Number) } })
    visitor.close()
  })

  it('[SC7] a visitor opens six conversations an hour', async () => {
    const visitor = await server.visitor()
    const agent = await server.agent({ role: 'admin' })
    for (let index = 0; index < 6; index++) {
      const { stream } = await visitor.ask('commands', { commands: [open()] })
      await agent.ask('commands', { stream, commands: [{ id: open().id, kind: 'conversation.close', data: {} }] })
    }
    expect((await visitor.refusal('commands', { commands: [open()] })).code).toBe('rate_limited')
  })
})
