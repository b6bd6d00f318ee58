// Who gets in: origins, keys, versions, tokens, counts.

import { once } from 'node:events'
import { PROTOCOL_VERSION } from '@pendopo/protocol'
import { SignJWT, UnsecuredJWT } from 'jose'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newToken, open, ORIGIN, post, startTestServer, type TestServer } from '../testing/test-server.ts'

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

describe('a signed-in visitor', () => {
  const secret = (text: string) => new TextEncoder().encode(text)
  const token = (claims: object = {}) =>
    new SignJWT({ name: 'Sari', email: 'sari@example.com', ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('user-1')

  it('[SC8] acts as the user their site vouches for, and as their browser', async () => {
    const identity = await token().setAudience('acme').setExpirationTime('30m').sign(secret(server.site.secret))
    const visitor = await server.visitor({ identity })
    expect(visitor.welcome.identities).toHaveLength(2)
    await visitor.ask('commands', { commands: [open(), post('signed in')] })
    const elsewhere = await server.visitor({ identity })
    expect(elsewhere.welcome.identities[0]).toBe(visitor.welcome.identities[0])
    expect(elsewhere.welcome.conversations).toHaveLength(1)
    const agent = await server.agent({ role: 'admin' })
    const { rows } = await agent.ask('list', { list: 'all', status: 'open' })
    expect(rows[0]?.contact).toMatchObject({ name: 'Sari', email: 'sari@example.com' })
  })

  it('[SC8] a token that is not exactly right is refused', async () => {
    const good = secret(server.site.secret)
    const claims = { sub: 'user-1', aud: 'acme', exp: Math.floor(Date.now() / 1_000) + 60 }
    const wrong = {
      'another secret': await token()
        .setAudience('acme')
        .setExpirationTime('30m')
        .sign(secret('0'.repeat(43))),
      'another site': await token().setAudience('other').setExpirationTime('30m').sign(good),
      expired: await token().setAudience('acme').setExpirationTime('-2h').sign(good),
      'two hours ahead': await token().setAudience('acme').setExpirationTime('2h').sign(good),
      'no end': await token().setAudience('acme').sign(good),
      'no algorithm': new UnsecuredJWT(claims).encode(),
      HS512: await new SignJWT(claims).setProtectedHeader({ alg: 'HS512' }).sign(good),
      garbage: 'a.b.c',
    }
    for (const [name, identity] of Object.entries(wrong)) {
      expect([name, await refusal('/visitor', { ...auth(), identity }, { origin: ORIGIN })]).toEqual([
        name,
        'unauthenticated',
      ])
    }
  })
})

describe('the end of a session', () => {
  it('[SC9] signing out ends the sockets of that session, with the reason', async () => {
    const agent = await server.agent()
    const gone = new Promise((resolve) => void agent.socket.once('disconnect', resolve))
    await fetch(`${server.url}/api/agent/logout`, {
      method: 'POST',
      headers: { cookie: agent.cookie, origin: server.url },
    })
    expect((await agent.next('refused')).code).toBe('unauthenticated')
    await gone
  })

  it('[SC9] a new password ends the sessions of before, wherever it was set', async () => {
    const agent = await server.agent()
    await server.pendopo.resetPassword(agent.agent.email)
    expect((await agent.next('refused')).code).toBe('unauthenticated')
    expect((await server.login(agent.agent.email, agent.password)).status).toBe(401)
  })
})
