// A page that pins the widget: it says by hash which files it runs, under a policy that allows nothing else.

import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { startHostSite, type HostSite } from './support/host-page.ts'
import { toWidget } from './support/widget-page.ts'

const NONCE = 'bm9uY2Utb2YtdGhlLXBhZ2U'

let server: TestServer
let browser: Browser
let host: HostSite
let snippet: string

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), launchBrowser(), startHostSite()])
  await server.command('site', 'add', 'Pinned', host.origin)
  snippet = await server.command('site', 'snippet', 'pinned', '--server', server.url, '--pinned')
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

/** A page with this snippet; the import map is inline and so needs the nonce, the loader is allowed by its origin. */
function setPage(path: string, tags: string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}' ${server.url}`,
    "style-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    `connect-src ${server.url} ${server.url.replace(/^http/, 'ws')}`,
  ]
  const body = `<!doctype html><title>Pinned</title><body><h1>Pinned</h1>${tags.replace('<script type', `<script nonce="${NONCE}" type`)}</body>`
  host.set(path, { body, headers: { 'content-security-policy': policy.join('; ') } })
  return `${host.origin}${path}`
}

/** Everything that is asked for, sockets included. */
function follow(context: BrowserContext): Set<string> {
  const origins = new Set<string>()
  context.on('request', (request) => origins.add(new URL(request.url()).origin))
  context.on('page', (page) => page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin)))
  return origins
}

/** Another hash of the same form for the file whose hash stands behind this text. */
const spoil = (tags: string, before: RegExp): string =>
  tags.replace(before, (found) => `${found.slice(0, -1)}${found.endsWith('A') ? 'B' : 'A'}`)

describe('a page that pins the widget', () => {
  it('[OP36] the snippet names the loader by its content, with its hash and those of what it loads', () => {
    expect(snippet).toMatch(/src="[^"]+\/pinned\/widget\.[\w-]{27}\.js" integrity="sha384-[\w+/]{64}"/)
    expect(snippet.match(/assets\/widget\/[\w-]+\.js":"sha384-[\w+/]{64}"/g)?.length).toBeGreaterThan(3)
  })

  it('[SC48] chats, and asks nobody but its own origin and the server', async () => {
    const context = await newPerson(browser)
    const origins = follow(context)
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(setPage('/', snippet))
    const widget = toWidget(page)
    await widget.open()
    await widget.send('Is this the right one?')
    await widget.seeStatus('Is this the right one?', 'stored')
    expect([...origins].toSorted()).toEqual([host.origin, server.url, server.url.replace('http', 'ws')].toSorted())
    expect(errors).toEqual([])
    await context.close()
  })

  it('[SC48] has no launcher where the loader is another, and no chat where a file of it is, however often it is tried', async () => {
    const context = await newPerson(browser)
    const page = await context.newPage()
    const messages: string[] = []
    page.on('console', (message) => void messages.push(message.text()))
    await page.goto(setPage('/loader', spoil(snippet, /integrity="sha384-\w/)))
    await expect.poll(() => messages.join('\n')).toMatch(/integrity/i)
    expect(await page.locator('pendopo-chat').count()).toBe(0)

    await page.goto(setPage('/chat', spoil(snippet, /assets\/widget\/chat-[\w-]+\.js":"sha384-\w/)))
    const { launcher, composer } = toWidget(page)
    for (let tries = 1; tries <= 3; tries++) {
      const failed = page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const pendopo: unknown = Reflect.get(window, 'Pendopo')
            if (typeof pendopo === 'object' && pendopo !== null && 'on' in pendopo && typeof pendopo.on === 'function')
              pendopo.on('error', () => resolve())
          }),
      )
      await launcher.click()
      await failed
    }
    expect(await composer.count()).toBe(0)
    await context.close()
  })
})
