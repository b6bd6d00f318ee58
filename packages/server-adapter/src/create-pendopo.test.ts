import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { open, post, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

describe('what happens by itself', () => {
  it('[OP8] a conversation without a message for the set time is closed by the server', async () => {
    server = await startTestServer({ idleCloseMs: 200 })
    const visitor = await server.visitor()
    const { stream } = await visitor.ask('commands', { commands: [open(), post('hello?')] })
    const status = async () => (await visitor.ask('heads', {})).conversations[0]?.status
    await expect.poll(status, { interval: 100 }).toBe('closed')
    const { events } = await visitor.ask('sync', { conversation: stream.id, have: 2 })
    expect(events).toMatchObject([{ n: 3, kind: 'conversation.closed', actor: { kind: 'system', id: 'idle-close' } }])
  })
})

describe('the end of a server', () => {
  it('[OP16] what was sent before is stored and acked, then every socket hears why', async () => {
    server = await startTestServer()
    const visitor = await server.visitor()
    const answer = visitor.ask('commands', { commands: [open(), post('just in time')] })
    // The request is in hand once a later one has been answered.
    await visitor.ask('heads', {})
    const closed = server.pendopo.close()
    expect((await answer).results.every(({ ok }) => ok)).toBe(true)
    expect((await visitor.next('refused')).code).toBe('overloaded')
    await closed
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    await server.pendopo.close()
  })

  it('[OP16] a server of somebody else goes on without us', async () => {
    server = await startTestServer()
    const outer = createServer((_request, response) => void response.end('the application'))
    await new Promise<void>((resolve) => void outer.listen(0, '127.0.0.1', resolve))
    const other = await startTestServer()
    other.pendopo.attach(outer)
    await other.close()
    const address = outer.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('the application')
    outer.close()
  })
})
