import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { open, post, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const call = (method: 'GET' | 'POST', path: string, cookie = '', origin = server.url) =>
  fetch(`${server.url}/api/agent/visitors/${path}`, { method, headers: { cookie, origin } })

describe('what is held on a visitor', () => {
  it('[OP25] [OP26] an admin has it as JSON, erases it, and whoever looks sees it live', async () => {
    const admin = await server.agent({ role: 'admin' })
    const visitor = await server.visitor()
    const { stream } = await visitor.ask('commands', { commands: [open(), post('my secret')] })
    const { snapshot } = await admin.ask('sync', { conversation: stream.id, have: null })
    await visitor.ask('sync', { conversation: stream.id, have: null })
    const who = snapshot?.conversation.contact ?? ''

    const exported = await call('GET', `${who}/export`, admin.cookie)
    expect(exported.status).toBe(200)
    expect(exported.headers.get('content-disposition')).toContain('attachment')
    const { contacts } = (await exported.json()) as { contacts: { conversations: { items: unknown[] }[] }[] }
    expect(JSON.stringify(contacts[0]?.conversations[0]?.items)).toContain('my secret')

    const ended = new Promise((resolve) => void visitor.socket.once('disconnect', resolve))
    const erased = await call('POST', `${who}/erase`, admin.cookie)
    expect(erased.status).toBe(200)
    expect(await erased.json()).toMatchObject({ erased: [{ conversations: [stream.id] }] })
    const isErased = (packet: readonly { readonly events: readonly { readonly kind: string }[] }[]) =>
      packet.some(({ events }) => events.some(({ kind }) => kind === 'content.erased'))
    await admin.next('events', isErased)
    // The identity leads nowhere any more: the socket ends before the rest, so that nothing is added meanwhile, and the
    // browser comes back as somebody new.
    await ended
    const again = await server.visitor({ token: visitor.token })
    expect((await again.ask('heads', {})).conversations).toEqual([])

    const { items } = await admin.ask('items', { conversation: stream.id, before: 100 })
    expect(JSON.stringify(items)).not.toContain('secret')
  })

  it('[OP28] others learn nothing, and a page elsewhere erases nothing', async () => {
    const admin = await server.agent({ role: 'admin' })
    const agent = await server.agent({ role: 'agent' })
    for (const [method, what] of [
      ['GET', 'export'],
      ['POST', 'erase'],
    ] as const) {
      expect((await call(method, `somebody/${what}`)).status).toBe(401)
      expect((await call(method, `somebody/${what}`, agent.cookie)).status).toBe(403)
      expect((await call(method, `somebody/${what}`, admin.cookie)).status).toBe(404)
    }
    expect((await call('POST', 'somebody/erase', admin.cookie, 'https://elsewhere.example')).status).toBe(403)
  })
})
