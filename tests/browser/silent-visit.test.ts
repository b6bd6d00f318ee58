import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newPerson } from './support/browser.ts'
import { hostHtml, startHostSite, type HostSite } from './support/host-page.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { toWidget } from './support/widget-page.ts'

let server: TestServer
let browser: Browser
let host: HostSite

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), launchBrowser(), startHostSite()])
  await server.command('site', 'add', 'Silent', host.origin)
  host.set('/', { body: hostHtml({ server: server.url, site: 'silent' }) })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

/** Everything a page may have left behind in this browser. */
const traces = (page: Page) =>
  page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: 'caches' in globalThis ? await caches.keys() : [],
    workers: 'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }))

describe('a first visit', () => {
  it('[WG1] costs the page one script and leaves nothing behind, as long as the visitor does nothing', async () => {
    const context = await newPerson(browser)
    const page = await context.newPage()
    const requests: string[] = []
    context.on('request', (request) => requests.push(request.url()))
    page.on('websocket', (socket) => requests.push(socket.url()))
    await page.goto(`${host.origin}/`)
    const { launcher } = toWidget(page)
    await launcher.waitFor()
    await page.waitForLoadState('networkidle')
    expect(requests.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([
      `${host.origin}/`,
      `${server.url}/silent/widget.js`,
    ])
    expect(await traces(page)).toEqual({ local: [], session: [], databases: [], caches: [], workers: 0 })
    expect(await context.cookies()).toEqual([])
    await context.close()
  })

  it('[SC19] sets no cookie even when the visitor chats', async () => {
    const context = await newPerson(browser)
    const page = await context.newPage()
    await page.goto(`${host.origin}/`)
    const widget = toWidget(page)
    await widget.open()
    await widget.send('Hello')
    await widget.seeStatus('Hello', 'stored')
    expect(await context.cookies()).toEqual([])
    await context.close()
  })
})
