import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookieOf, ORIGIN, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let publicDir: string

beforeAll(async () => {
  publicDir = mkdtempSync(join(tmpdir(), 'pendopo-public-'))
  for (const folder of ['widget', 'inbox/assets']) mkdirSync(join(publicDir, folder), { recursive: true })
  writeFileSync(join(publicDir, 'widget/loader.js'), 'start("__PENDOPO_CONFIG__")')
  writeFileSync(join(publicDir, 'widget/manifest.json'), '{"entry":"chat-1a2b.js"}')
  mkdirSync(join(publicDir, 'widget/assets'), { recursive: true })
  writeFileSync(join(publicDir, 'widget/assets/chat-1a2b.js'), 'export {}')
  writeFileSync(join(publicDir, 'widget/assets/large.js'), 'export const words = 1\n'.repeat(4_000))
  writeFileSync(join(publicDir, 'inbox/index.html'), '<!doctype html><title>Inbox</title>')
  writeFileSync(join(publicDir, 'inbox/assets/app.js'), 'app()')
  writeFileSync(join(publicDir, 'secret.txt'), 'not served')
  server = await startTestServer({ publicDir, demo: true })
})
afterAll(async () => {
  await server.close()
  rmSync(publicDir, { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { headers, redirect: 'manual' })

describe('whether a page may chat', () => {
  const ask = (headers: Record<string, string>, site = 'acme') => get(`/${site}/origin`, headers)

  it('[SC20] a listed origin and our own pages may, and are told', async () => {
    expect((await ask({ origin: ORIGIN })).status).toBe(204)
    expect((await ask({ origin: server.url })).status).toBe(204)
    expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(204)
  })

  it('[SC20] others may not, and can read why', async () => {
    const response = await ask({ origin: 'https://evil.example' })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, '*'])
    expect(await response.json()).toMatchObject({ error: { code: 'origin_refused' } })
    expect((await ask({ origin: ORIGIN }, 'nobody')).status).toBe(404)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('[SC20] a program without an origin is not a page that may not', async () => {
    expect((await ask({})).status).toBe(204)
  })
})

describe('the widget', () => {
  it('[OP10] the loader carries the configuration of its site, safely within a script', async () => {
    const greeting = '</script><!-- $& \u2028'
    await server.pendopo.addSite({ name: 'Kopi & <b>', origins: [ORIGIN], id: 'kopi', config: { greeting } })
    await expect.poll(async () => (await get('/kopi/widget.js')).status).toBe(200)
    const response = await get('/kopi/widget.js')
    const script = await response.text()
    expect(script).not.toMatch(/[<\u2028]/)
    const config: unknown = JSON.parse(script.slice('start('.length, -1))
    expect(config).toEqual({ site: 'kopi', name: 'Kopi & <b>', entry: 'chat-1a2b.js', greeting })
    expect(response.headers.get('content-type')).toContain('text/javascript')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('[OP10] an unchanged loader is answered with 304', async () => {
    const etag = (await get('/acme/widget.js')).headers.get('etag') ?? ''
    expect((await get('/acme/widget.js', { 'if-none-match': etag })).status).toBe(304)
    expect((await get('/acme/widget.js', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('[OP38] goes out packed as the browser takes it, its 304 and what it is compared by stay', async () => {
    const raw = async (path: string, accepted: string) => {
      const { port } = new URL(server.url)
      const [response] = await once(request({ port, path, headers: { 'accept-encoding': accepted } }).end(), 'response')
      const { headers, statusCode } = response
      const body = await buffer(response)
      return { headers, statusCode, body }
    }
    const plain = await raw('/assets/widget/large.js', 'identity')
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'Accept-Encoding'])
    for (const [accepted, encoding, unpack] of [
      ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
      ['gzip;q=0.5', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      for (const time of ['first', 'second']) {
        const { headers, body } = await raw('/assets/widget/large.js', accepted)
        expect([time, headers['content-encoding']]).toEqual([time, encoding])
        expect(headers['content-type']).toContain('text/javascript')
        expect(body.byteLength).toBeLessThan(plain.body.byteLength / 10)
        expect(unpack(body).equals(plain.body)).toBe(true)
      }
    }
    await server.pendopo.addSite({ name: 'Long', origins: [ORIGIN], id: 'long', config: { greeting: 'a'.repeat(300) } })
    await expect.poll(async () => (await get('/long/widget.js')).status).toBe(200)
    const loader = await raw('/long/widget.js', 'gzip')
    expect(loader.headers['content-encoding']).toBe('gzip')
    expect((await get('/long/widget.js', { 'if-none-match': String(loader.headers.etag) })).status).toBe(304)
    // Another site's is another, and what the server says about people is never packed.
    expect(gunzipSync(loader.body).toString()).toContain('"Long"')
    expect((await raw('/health', 'gzip')).headers['content-encoding']).toBeUndefined()
  })

  it('[OP10] chunks are immutable and loadable from every page; there is no way out of their folder', async () => {
    const chunk = await get('/assets/widget/chat-1a2b.js', { origin: 'https://anywhere.example' })
    expect(chunk.headers.get('cache-control')).toContain('immutable')
    expect(chunk.headers.get('access-control-allow-origin')).toBe('*')
    for (const path of ['../secret.txt', '..%2fsecret.txt', '%2e%2e/secret.txt', '.env', 'chat-1a2b.js%00']) {
      expect((await get(`/assets/widget/${path}`)).status).toBe(404)
    }
  })

  it('[OP36] the loader has a name of its content: immutable, readable by every page, gone with the content', async () => {
    const current = await get('/acme/widget.js')
    const digest = (current.headers.get('etag') ?? '').slice(1, -1)
    const pinned = await get(`/acme/widget.${digest}.js`, { origin: 'https://anywhere.example' })
    expect(await pinned.text()).toBe(await current.text())
    expect(pinned.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(pinned.headers.get('access-control-allow-origin')).toBe('*')
    const other = await get(`/acme/widget.${'0'.repeat(27)}.js`)
    expect([other.status, await other.json()]).toMatchObject([404, { error: { code: 'not_found' } }])
    expect(other.headers.get('cache-control') ?? '').not.toContain('immutable')
    expect((await get(`/nowhere/widget.${digest}.js`)).status).toBe(404)
  })

  it('[OP10] an unknown site has no loader', async () => {
    expect((await get('/nowhere/widget.js')).status).toBe(404)
  })
})

describe('the inbox', () => {
  it('[SC12] is served under a strict policy, and any path within it is the page', async () => {
    for (const path of ['/inbox/', '/inbox/c/0190b8a4', '/inbox/index.html']) {
      const page = await get(path)
      expect(await page.text()).toContain('Inbox')
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(policy).toContain(`connect-src 'self' ${server.url.replace('http', 'ws')}`)
      expect(policy).not.toContain('unsafe')
    }
    expect((await get('/inbox')).headers.get('location')).toBe('/inbox/')
    expect((await get('/inbox/assets/app.js')).headers.get('cache-control')).toContain('immutable')
    expect((await get('/inbox/assets/missing.js')).status).toBe(404)
  })
})

describe('operation', () => {
  it('[OP11] health says whether the database answers', async () => {
    const health = await get('/health')
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({ status: 'ok', database: 'ok', version: expect.stringMatching(/^\d/) })
  })

  it('[OP12] metrics count sockets, appends and the lag of the event loop', async () => {
    await server.visitor()
    const text = await (await get('/metrics')).text()
    expect(text).toMatch(/pendopo_sockets\{role="visitor"\} 1/)
    for (const name of [
      'pendopo_appends_total',
      'pendopo_append_seconds_bucket',
      'pendopo_event_loop_lag_seconds',
      'pendopo_waiting_batches',
    ]) {
      expect(text).toContain(name)
    }
  })

  it('[OP13] the demo page shows the widget of the site demo', async () => {
    expect((await get('/')).headers.get('location')).toBe('/demo')
    expect(await (await get('/demo')).text()).toContain('src="/demo/widget.js"')
  })

  it('[OP14] what was not built says so', async () => {
    const bare = await startTestServer({ publicDir: join(publicDir, 'nothing') })
    try {
      for (const path of ['/acme/widget.js', '/inbox/']) {
        const response = await fetch(`${bare.url}${path}`)
        expect(response.status).toBe(503)
        expect(await response.text()).toContain('not built')
      }
    } finally {
      await bare.close()
    }
  })
})

describe('signing in', () => {
  const credentials = async () => {
    const { agent, password } = await server.pendopo.addAgent({ email: `ayu${Date.now()}@acme.example`, role: 'admin' })
    return { email: agent.email, password }
  }

  it('[SC13] the right password sets a cookie that scripts and other sites cannot use', async () => {
    const { email, password } = await credentials()
    const response = await server.login(email.toUpperCase(), password)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ agent: { email, role: 'admin', presence: 'online' } })
    const [cookie] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^pendopo=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    const me = await get('/api/agent/me', { cookie: cookieOf(response) })
    expect(await me.json()).toMatchObject({ agent: { email } })
    expect((await get('/api/agent/me')).status).toBe(401)
    const out = await fetch(`${server.url}/api/agent/logout`, {
      method: 'POST',
      headers: { cookie: cookieOf(response), origin: server.url },
    })
    expect(out.status).toBe(204)
    expect((await get('/api/agent/me', { cookie: cookieOf(response) })).status).toBe(401)
  })

  it('[SC13] an unknown e-mail and a wrong password get the same answer', async () => {
    const { email } = await credentials()
    const wrong = await server.login(email, 'not the password')
    const unknown = await server.login('nobody@acme.example', 'not the password')
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(await wrong.json()).toEqual(await unknown.json())
  })

  it('[SC14] a page of another origin cannot sign anybody in or out', async () => {
    const { email, password } = await credentials()
    expect((await server.login(email, password, { origin: ORIGIN })).status).toBe(403)
    expect((await server.login(email, password, { origin: 'null' })).status).toBe(403)
    expect((await server.login(email, password, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const form = await fetch(`${server.url}/api/agent/login`, {
      method: 'POST',
      body: new URLSearchParams({ email, password }),
    })
    expect(form.status).toBe(400)
  })

  it('[SC15] the sixth failure at an account waits, and says how long; elsewhere its owner still gets in', async () => {
    const behind = await startTestServer({ trustProxy: ['127.0.0.1'] })
    const { agent, password } = await behind.pendopo.addAgent({ email: 'ayu@acme.example' })
    const from = (address: string, email: string, secret: string) =>
      behind.login(email, secret, { origin: behind.url, 'x-forwarded-for': address })
    try {
      for (let attempt = 0; attempt < 5; attempt++)
        expect((await from('203.0.113.1', agent.email, 'wrong')).status).toBe(401)
      const response = await from('203.0.113.1', agent.email, password)
      expect(response.status).toBe(429)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await response.json()).toMatchObject({ error: { code: 'rate_limited', retryAfter: expect.any(Number) } })
      expect((await from('203.0.113.2', agent.email, password)).status).toBe(200)
    } finally {
      await behind.close()
    }
  })

  it('[SC15] guesses from ever new addresses end too, whether or not its owner signs in meanwhile', async () => {
    const behind = await startTestServer({ trustProxy: ['127.0.0.1'], limits: { loginsPerAccountAnywhere: 7 } })
    const { agent, password } = await behind.pendopo.addAgent({ email: 'ayu@acme.example' })
    const from = async (address: number, secret: string, email: string = agent.email) => {
      const headers = { origin: behind.url, 'x-forwarded-for': `203.0.113.${address}` }
      return (await behind.login(email, secret, headers)).status
    }
    try {
      for (let address = 1; address <= 6; address++) expect(await from(address, 'wrong')).toBe(401)
      expect(await from(100, password)).toBe(200)
      expect(await from(7, 'wrong')).toBe(401)
      expect(await from(8, 'wrong')).toBe(429)
      expect(await from(8, 'wrong', 'made@acme.example')).toBe(401)
    } finally {
      await behind.close()
    }
  })

  it('[SC15] an address has twenty failures at whatever accounts; who gets in does not count', async () => {
    const small = await startTestServer({ limits: { loginsPerAddress: 2 } })
    const { agent, password } = await small.pendopo.addAgent({ email: 'ayu@acme.example' })
    try {
      for (let time = 0; time < 3; time++) expect((await small.login(agent.email, password)).status).toBe(200)
      for (const name of ['a', 'b']) expect((await small.login(`${name}@acme.example`, 'wrong')).status).toBe(401)
      expect((await small.login('c@acme.example', 'wrong')).status).toBe(429)
    } finally {
      await small.close()
    }
  })

  it('[SC16] twenty forwarded addresses from a stranger are one address to the limits', async () => {
    const small = await startTestServer({ limits: { loginsPerAddress: 2 }, trustProxy: ['192.0.2.0/24'] })
    const statuses: number[] = []
    try {
      for (let number = 1; number <= 20; number++) {
        const claimed = `198.51.100.${number}`
        const forged = { 'x-forwarded-for': claimed, 'cf-connecting-ip': claimed, forwarded: `for=${claimed}` }
        const response = await small.login(`a${number}@acme.example`, 'wrong', { origin: small.url, ...forged })
        statuses.push(response.status)
      }
      expect(statuses).toEqual([401, 401, ...Array.from({ length: 18 }, () => 429)])
    } finally {
      await small.close()
    }
  })

  it('[SC16] headers of a proxy change nothing unless the operator said there is one', async () => {
    const headers = { 'x-forwarded-host': 'acme.example', 'x-forwarded-proto': 'https', origin: 'https://acme.example' }
    expect((await server.login('a@acme.example', 'x', headers)).status).toBe(403)
    const behind = await startTestServer({ trustProxy: ['127.0.0.1'] })
    try {
      const { agent, password } = await behind.pendopo.addAgent({ email: 'ayu@acme.example' })
      const response = await behind.login(agent.email, password, headers)
      expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-pendopo=.*; Secure$/)
    } finally {
      await behind.close()
    }
  })
})

describe('below a path', () => {
  it.each(['own server', 'Express'])('[OP15] everything works below basePath: %s', async (kind) => {
    const mounted = await startTestServer({ basePath: '/chat', publicDir })
    const app = express()
    app.use('/chat', mounted.pendopo.handler)
    app.get('/', (_request, response) => void response.send('the application'))
    const outer = createServer(app)
    try {
      await new Promise<void>((resolve) => void outer.listen(0, '127.0.0.1', resolve))
      const address = outer.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const base = kind === 'Express' ? `http://127.0.0.1:${port}` : mounted.url
      expect((await fetch(`${base}/chat/acme/widget.js`)).status).toBe(200)
      expect((await fetch(`${base}/chat/health`)).status).toBe(200)
      expect((await fetch(`${base}/chat`, { redirect: 'manual' })).headers.get('location')).toBe('/chat/inbox/')
      expect((await fetch(`${base}/chatter/health`)).status).toBe(404)
      if (kind === 'Express') expect(await (await fetch(base)).text()).toBe('the application')
      else (await mounted.visitor()).close()
    } finally {
      outer.close()
      await mounted.close()
    }
  })
})

describe('how often one address may ask', () => {
  it('[SC22] beyond the limit 429 says when to try again, and what is not counted is still served', async () => {
    const small = await startTestServer({ publicDir, limits: { httpPerMinute: 3 } })
    const ask = (path: string) => fetch(`${small.url}${path}`, { headers: { origin: ORIGIN } })
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) statuses.push((await ask('/acme/origin')).status)
    expect(statuses).toEqual([204, 204, 204])
    const refused = await ask('/acme/origin')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } })
    const free = ['/health', '/metrics', '/acme/widget.js', '/assets/widget/chat-1a2b.js', '/inbox/assets/app.js']
    for (const path of free) expect((await ask(path)).status).toBe(200)
    await small.close()
  })

  it('[SC22] each session has its own allowance, and a made-up one costs the address', async () => {
    const small = await startTestServer({ publicDir, limits: { httpPerMinute: 2, httpPerMinutePerAddress: 9 } })
    const as = async (session: string) =>
      (await fetch(`${small.url}/api/agent/me`, { headers: { cookie: `pendopo=${session.repeat(43)}` } })).status
    const of = async (session: string) => [await as(session), await as(session), await as(session)]
    expect(await of('a')).toEqual([401, 401, 429])
    expect(await of('b')).toEqual([401, 401, 429])
    expect(await of('c')).toEqual([401, 401, 429])
    expect(await as('d')).toBe(429)
    await small.close()
  })
})
