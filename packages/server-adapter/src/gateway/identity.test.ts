// Visitors whom the site's own back end has signed in: what proves it, what does not, and what becomes of the browser's
// anonymous token.

import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { PROTOCOL_VERSION } from '@pendopo/protocol'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newToken, open, ORIGIN, post, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ limits: { socketsPerAddress: 100, identityLeewayMs: 0 }, sessionCheckMs: 100 })
})
afterAll(() => server.close())

const bytes = (text: string) => new TextEncoder().encode(text)
const claims = (sub = 'user-1') => ({ sub, name: 'Sari', email: 'sari@example.com' })

interface Wish {
  readonly sub?: string
  readonly aud?: string
  readonly ends?: string
  readonly kid?: string
}
const jwt = ({ sub = 'user-1', aud = 'acme', ends = '30m', kid }: Wish, alg = 'HS256') =>
  new SignJWT(claims(sub))
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .setAudience(aud)
    .setExpirationTime(ends)
const signed = (wish: Wish = {}) => jwt(wish).sign(bytes(server.site.secret))

/** Why a token was refused; undefined where it was taken. */
async function refusal(identity: string, site = 'acme'): Promise<unknown> {
  const auth = { version: PROTOCOL_VERSION, site, token: newToken(), identity }
  return server.connect('/visitor', auth, { origin: ORIGIN }).then(
    (client) => void client.close(),
    (error: { data?: { code?: string } }) => error.data?.code,
  )
}

describe('a signed-in visitor', () => {
  it('[SC8] acts as the user their site vouches for, on every device', async () => {
    const identity = await signed()
    const visitor = await server.visitor({ identity })
    await visitor.ask('commands', { commands: [open(), post('signed in')] })
    const elsewhere = await server.visitor({ identity })
    expect(elsewhere.welcome.identities[0]).toBe(visitor.welcome.identities[0])
    expect(elsewhere.welcome.conversations).toHaveLength(1)
    const agent = await server.agent({ role: 'admin' })
    const { rows } = await agent.ask('list', { list: 'all', status: 'open' })
    expect(rows[0]?.contact).toMatchObject({ name: 'Sari', email: 'sari@example.com' })
  })

  it('[SC8] a token that is not exactly right is refused', async () => {
    const good = bytes(server.site.secret)
    const soon = Math.floor(Date.now() / 1_000) + 60
    const wrong = {
      'another secret': await jwt({}).sign(bytes('0'.repeat(43))),
      'another audience': await signed({ aud: 'other' }),
      expired: await signed({ ends: '-2h' }),
      'two hours ahead': await signed({ ends: '2h' }),
      'no end': await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).setAudience('acme').sign(good),
      'no subject': await new SignJWT({ exp: soon, aud: 'acme' }).setProtectedHeader({ alg: 'HS256' }).sign(good),
      'no algorithm': new UnsecuredJWT({ ...claims(), aud: 'acme', exp: soon }).encode(),
      HS512: await jwt({}, 'HS512').sign(good),
      'an unknown kid': await signed({ kid: 'nobody' }),
      'an empty kid': await signed({ kid: '' }),
      garbage: 'a.b.c',
      'no token at all': 'x',
    }
    for (const [name, identity] of Object.entries(wrong))
      expect([name, await refusal(identity)]).toEqual([name, 'unauthenticated'])
  })

  it('[SC8] a token of one site is worth nothing on another', async () => {
    const identity = await signed()
    await server.pendopo.addSite({ name: 'Twin', origins: [ORIGIN] })
    await expect.poll(() => refusal(identity, 'twin'), { timeout: 5_000 }).toBe('unauthenticated')
  })

  it('[SC8] is checked by the key it names and that key’s algorithm; keys are changed without a gap', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const old = await server.pendopo.addIdentityKey('acme', { kid: 'old' })
    await server.pendopo.addIdentityKey('acme', { kid: 'new', publicKey: pem })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const byOld = await jwt({ kid: 'old' }).sign(bytes(old.key))
    const byNew = await jwt({ kid: 'new' }, 'EdDSA').sign(privateKey)
    await expect.poll(() => refusal(byNew), { timeout: 5_000 }).toBeUndefined()
    expect(await refusal(byOld)).toBeUndefined()
    const wrong = {
      'a public key as a secret': await jwt({ kid: 'new' }).sign(bytes(pem)),
      'its raw bytes as a secret': await jwt({ kid: 'new' }).sign(
        Buffer.from(createPublicKey(pem).export({ format: 'jwk' }).x ?? '', 'base64url'),
      ),
      'another algorithm of public keys': await jwt({ kid: 'new' }, 'RS256').sign(rsa.privateKey),
      'the key of another kid': await jwt({ kid: 'old' }).sign(bytes(server.site.secret)),
      'a signature where a secret belongs': await jwt({ kid: 'old' }, 'EdDSA').sign(privateKey),
    }
    for (const [name, identity] of Object.entries(wrong))
      expect([name, await refusal(identity)]).toEqual([name, 'unauthenticated'])
    expect(await server.pendopo.removeIdentityKey('acme', 'old')).toBe(true)
    await expect.poll(() => refusal(byOld), { timeout: 5_000 }).toBe('unauthenticated')
    expect(await refusal(byNew)).toBeUndefined()
  })

  it('[SC8] a connection ends with its token, and comes back with a fresh one', async () => {
    const visitor = await server.visitor({ identity: await signed({ ends: '2s' }) })
    const gone = new Promise((resolve) => void visitor.socket.once('disconnect', resolve))
    await gone
    const again = await server.visitor({ identity: await signed() })
    expect(again.welcome.identities[0]).toBe(visitor.welcome.identities[0])
  })

  it('[SC27] a known e-mail address or name proves nothing, and leads to nobody’s words', async () => {
    const victim = await server.visitor({ identity: await signed({ sub: 'victim' }) })
    await victim.ask('commands', { commands: [open(), post('private')] })
    const stranger = await server.visitor()
    const handshake = { version: PROTOCOL_VERSION, site: 'acme', token: newToken(), ...claims('victim') }
    const pretender = await server.connect('/visitor', handshake, { origin: ORIGIN })
    const welcome = await pretender.next('welcome')
    expect(welcome).toMatchObject({ conversations: [] })
    await stranger.ask('commands', { commands: [open(), post('I am sari@example.com')] })
    expect((await stranger.ask('heads', {})).conversations).toHaveLength(1)
    // The same address under another subject is another person.
    const namesake = await server.visitor({ identity: await signed({ sub: 'namesake' }) })
    expect(namesake.welcome.conversations).toEqual([])
    expect(namesake.welcome.identities).not.toContain(victim.welcome.identities[0])
  })
})

describe('the anonymous token', () => {
  it('[SC25] is spent by signing in: the user keeps what it said, on every device, and it alone is a stranger', async () => {
    const before = await server.visitor()
    const { stream } = await before.ask('commands', { commands: [open(), post('who am I?')] })
    const gone = new Promise((resolve) => void before.socket.once('disconnect', resolve))
    const identity = await signed({ sub: 'spender' })
    const visitor = await server.visitor({ token: before.token, identity })
    await gone
    expect(visitor.welcome.conversations.map(({ id }) => id)).toEqual([stream.id])
    await visitor.ask('commands', { stream, commands: [post('it is me')] })
    const phone = await server.visitor({ identity })
    expect(phone.welcome.conversations.map(({ id }) => id)).toEqual([stream.id])
    const thief = await server.visitor({ token: before.token })
    expect(thief.welcome.conversations).toEqual([])
    expect(thief.welcome.identities).not.toContain(before.welcome.identities[0])
    expect((await thief.refusal('sync', { conversation: stream.id, have: null })).code).toBe('not_found')
    // And what it says from now on is its own.
    await thief.ask('commands', { commands: [open(), post('hello')] })
    const back = await server.visitor({ token: before.token })
    expect(back.welcome.identities).toEqual(thief.welcome.identities)
  })

  it('[IN27] names a conversation that began before the sign-in, in the list and in the thread', async () => {
    const before = await server.visitor()
    const { stream } = await before.ask('commands', { commands: [open(), post('who am I?')] })
    const agent = await server.agent({ role: 'admin' })
    const look = async () => {
      const { rows } = await agent.ask('list', { list: 'all', status: 'open', ids: [stream.id] })
      const { people } = await agent.ask('sync', { conversation: stream.id, have: null })
      return { row: rows[0]?.contact.name, people: before.welcome.identities.map((id) => people[id]?.name) }
    }
    // Nobody has given a name: the list makes one, and the thread says that there is none.
    expect(await look()).toEqual({ row: expect.stringMatching(/^Visitor [0-9A-F]{4}$/), people: [''] })
    const identity = await signed({ sub: 'named' })
    const visitor = await server.visitor({ token: before.token, identity })
    await visitor.ask('commands', { stream, commands: [post('it is me')] })
    expect((await look()).row).toBe('Sari')
  })

  it('[SC28] is given up by a logout: a copy of it is nobody, and its sockets end', async () => {
    const visitor = await server.visitor()
    const { stream } = await visitor.ask('commands', { commands: [open(), post('mine')] })
    const tab = await server.visitor({ token: visitor.token })
    const ends = [visitor, tab].map(({ socket }) => new Promise((resolve) => void socket.once('disconnect', resolve)))
    await visitor.ask('logout', {})
    await Promise.all(ends)
    const thief = await server.visitor({ token: visitor.token })
    expect(thief.welcome.conversations).toEqual([])
    expect((await thief.refusal('sync', { conversation: stream.id, have: null })).code).toBe('not_found')
  })
})
