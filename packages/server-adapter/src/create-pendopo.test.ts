import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createPendopo } from './create-pendopo.ts'
import { open, post, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

it.each([{}, undefined, { database: 5 }])(
  '[OP5] options %j without a database are told how to name one',
  async (options) => {
    // As JavaScript may call it.
    await expect(createPendopo(options as never)).rejects.toThrow(
      /say which database: createPendopo\({ database: "file:/,
    )
  },
)

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
    expect(await visitor.next('refused')).toMatchObject({ code: 'overloaded', retryAfter: 0 })
    await closed
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    await server.pendopo.close()
  })

  it('[OP20] health says draining while the sockets go on, until the time to look elsewhere is over', async () => {
    server = await startTestServer({ drainWaitMs: 400 })
    const visitor = await server.visitor()
    const closed = server.pendopo.close()
    const health = await fetch(`${server.url}/health`)
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({ status: 'draining', database: 'ok' })
    const { results } = await visitor.ask('commands', { commands: [open(), post('still here')] })
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect((await visitor.next('refused')).code).toBe('overloaded')
    await closed
  })

  it('[OP21] an HTTP request in flight is answered before the server ends', async () => {
    server = await startTestServer()
    const { hostname, port } = new URL(server.url)
    const atWork = once(server.server, 'request')
    const socket = connect(Number(port), hostname)
    const answer = text(socket)
    // The head has come in, the body has not: the handler is at work on it.
    const head = `POST /api/agent/login HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${server.url}\r\n`
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{`)
    await atWork
    const closed = server.pendopo.close()
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    socket.write('}')
    expect(await answer).toMatch(/^HTTP\/1\.1 400 /)
    await closed
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
