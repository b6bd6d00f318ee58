// Who may speak to a site at all: plain requests and plain sockets, with the origins that people try.

import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
  await server.command('site', 'add', 'Acme', 'https://acme.example')
})
afterAll(() => server?.close())

const REFUSED = [
  'https://evil.example',
  'http://acme.example',
  'https://acme.example:8443',
  'https://www.acme.example',
  'https://acme.example.evil.example',
  'https://evil-acme.example',
  'https://acme.exampl',
  'https://acme.example/',
  'HTTPS://ACME.EXAMPLE',
  'https://xn--acme-.example',
  'null',
  'file://',
  '',
  '*',
  'undefined',
  'acme.example',
  '//acme.example',
  'https://acme.example.',
  'https://acme.example:443',
  'https://acme.example:80',
  'https://acme.example:0',
  'https://user@acme.example',
  'https://acme.example@evil.example',
  'https://acme.example#@evil.example',
  'https://acme.example?x=1',
  'https://acme.example/chat',
  'https://acme.example, https://evil.example',
  'https://evil.example, https://acme.example',
  'https://acme.example https://evil.example',
  'https://ACME.example',
  'https://acme.EXAMPLE',
  'https://a.acme.example',
  'https://acme-example',
  'https://acmeXexample',
  'https://acme.examples',
  'https://xacme.example',
  'ws://acme.example',
  'wss://acme.example',
  'chrome-extension://acme.example',
  'capacitor://acme.example',
  'https:acme.example',
]

const TOKEN = 'A'.repeat(43)
const auth = JSON.stringify({ version: 1, site: 'acme', token: TOKEN })

/** How a WebSocket fares that asks for the visitor's namespace: `open`, or why not. */
function overWebSocket(origin: string | undefined): Promise<string> {
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    ...(origin !== undefined && { headers: { origin } }),
  })
  return new Promise<string>((resolve) => {
    socket.on('message', (data) => {
      const frame = String(data)
      if (frame.startsWith('0')) socket.send(`40/visitor,${auth}`)
      if (frame.startsWith('40/visitor')) resolve('open')
      if (frame.startsWith('44/visitor')) resolve(JSON.parse(frame.slice('44/visitor,'.length)).data?.code ?? frame)
    })
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', () => resolve('error'))
    socket.on('close', () => resolve('closed'))
  }).finally(() => socket.terminate())
}

/** The same over polling: the handshake, the namespace, what comes back. */
async function overPolling(origin: string | undefined): Promise<string> {
  const headers = origin === undefined ? {} : { origin }
  const base = `${server.url}/socket.io/?EIO=4&transport=polling`
  const opened = await fetch(base, { headers })
  if (!opened.ok) return String(opened.status)
  const { sid } = JSON.parse((await opened.text()).slice(1))
  await fetch(`${base}&sid=${sid}`, { method: 'POST', headers, body: `40/visitor,${auth}` })
  const answer = await (await fetch(`${base}&sid=${sid}`, { headers })).text()
  if (answer.startsWith('40/visitor')) return 'open'
  return JSON.parse(answer.split('\u001e')[0]?.slice('44/visitor,'.length) ?? '{}').data?.code ?? answer
}

/** And over plain HTTP, with what a visitor's page asks for there: whether it may chat, and to upload a file. */
async function overHttp(origin: string): Promise<readonly [asked: number, uploaded: number]> {
  const asked = await fetch(`${server.url}/acme/origin`, { headers: { origin } })
  const uploaded = await fetch(`${server.url}/acme/files?name=note.txt`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' },
    body: 'hello',
  })
  return [asked.status, uploaded.status]
}

describe('the origins of a site', () => {
  it('[SC1] the listed one is taken over WebSocket and polling, and may read what HTTP answers', async () => {
    expect(await overWebSocket('https://acme.example')).toBe('open')
    expect(await overPolling('https://acme.example')).toBe('open')
    expect(await overHttp('https://acme.example')).toEqual([204, 201])
    const polled = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: 'https://acme.example' },
    })
    expect(polled.headers.get('access-control-allow-origin')).toBe('https://acme.example')
    expect(polled.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it.each(REFUSED)('[SC1] %s is refused on HTTP, polling and WebSocket', async (origin) => {
    expect(await overWebSocket(origin)).not.toBe('open')
    expect(await overPolling(origin)).not.toBe('open')
    expect(await overHttp(origin)).toEqual([403, 403])
    const polled = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })
    expect(polled.headers.get('access-control-allow-origin')).toBeNull()
    const login = await fetch(`${server.url}/api/agent/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(server.admin),
    })
    expect(login.status).toBe(403)
    expect(login.headers.getSetCookie()).toEqual([])
  })

  it('[SC2] a client without an origin needs the site key', async () => {
    expect(await overWebSocket(undefined)).toBe('origin_refused')
    expect(await overPolling(undefined)).toBe('origin_refused')
  })

  it('[SC3] a site added while the server runs is served, and what was stored is said', async () => {
    const output = await server.command('site', 'add', 'Late', 'https://Late.Example/')
    expect(output).toContain('https://late.example')
    expect(output).not.toContain('https://late.example/\n')
    await expect.poll(async () => (await fetch(`${server.url}/late/widget.js`)).status, { timeout: 5_000 }).toBe(200)
  })

  it('[SC3] what is not an origin is refused with the right form', async () => {
    await expect(server.command('site', 'add', 'Path', 'https://acme.example/shop')).rejects.toThrow(
      /https:\/\/acme\.example/,
    )
    await expect(server.command('site', 'add', 'Bare', 'acme.example')).rejects.toThrow(/https:\/\/acme\.example/)
  })
})
