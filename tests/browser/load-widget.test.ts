// A page that a program builds: it loads the widget with the package in place of the tag.

import { readFile } from 'node:fs/promises'
import type * as Package from '@pendopo/widget'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { startHostSite, type HostSite } from './support/host-page.ts'
import { toWidget } from './support/widget-page.ts'

const BUILT = new URL('../../packages/widget/dist/index.js', import.meta.url)
const PAGE = `<!doctype html><html lang="en"><title>Acme</title><body><h1>Acme</h1>
<script type="module">globalThis.loadWidget = (await import('/pendopo-widget.js')).loadWidget</script></body></html>`

declare global {
  var loadWidget: typeof Package.loadWidget
}

let server: TestServer
let browser: Browser
let host: HostSite

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), launchBrowser(), startHostSite()])
  await server.command('site', 'add', 'Acme', host.origin)
  host.set('/', { body: PAGE })
  host.set('/other/widget.js', { body: '// nothing', headers: { 'content-type': 'text/javascript' } })
  host.set('/pendopo-widget.js', {
    body: await readFile(BUILT, 'utf8'),
    headers: { 'content-type': 'text/javascript' },
  })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

async function openPage(): Promise<Page> {
  const page = await (await newPerson(browser)).newPage()
  await page.goto(`${host.origin}/`)
  await page.waitForFunction(() => 'loadWidget' in globalThis)
  return page
}

const snippet = () => `${server.url}/acme/widget.js`

/** Why a load failed, in the page; undefined where it did not. */
const failure = (page: Page, src: string) =>
  page.evaluate(
    (address) =>
      loadWidget(address).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    src,
  )

describe('the widget, loaded by a program', () => {
  it('[PK6] is there once for all who ask, and works', async () => {
    const page = await openPage()
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.url()))
    const isSame = await page.evaluate(async (src) => {
      const [first, second] = await Promise.all([loadWidget(src), loadWidget(src)])
      const third = await loadWidget(src)
      third.open()
      return first === second && second === third
    }, snippet())
    expect(isSame).toBe(true)
    expect(asked.filter((url) => url === snippet())).toHaveLength(1)
    expect(await page.locator('script[src]').count()).toBe(0)
    const widget = toWidget(page)
    await widget.send('Loaded by hand')
    await widget.seeStatus('Loaded by hand', 'stored')
  })

  it('[PK6] comes back after it was destroyed', async () => {
    const page = await openPage()
    await page.evaluate(async (src) => {
      const handle = await loadWidget(src)
      handle.destroy()
      await loadWidget(src)
    }, snippet())
    expect(await page.locator('pendopo-chat').count()).toBe(1)
  })

  it('[PK6] says why it did not come, leaves nothing behind, and tries again', async () => {
    const page = await openPage()
    expect(await failure(page, 'https://chat.example.com/acme')).toMatch(
      /"https:.*"; take the address in the site's snippet/,
    )
    expect(await failure(page, '::')).toMatch(/take the address/)
    expect(await failure(page, '/other/widget.js')).toMatch(/is not that of "other"/)
    expect(await failure(page, `${server.url}/nobody/widget.js`)).toMatch(/did not come: .* is there such a site/)
    expect(await page.locator('script[src]').count()).toBe(0)

    await page.route(snippet(), (route) => route.abort())
    expect(await failure(page, snippet())).toMatch(/did not come/)
    await page.unroute(snippet())
    expect(await failure(page, snippet())).toBeUndefined()
    expect(await page.locator('pendopo-chat').count()).toBe(1)
  })

  it('[PK6] takes the nonce of a page whose policy asks for one', async () => {
    const policy = `script-src 'nonce-bm9uY2U'; connect-src ${server.url} ${server.url.replace(/^http/, 'ws')}`
    host.set('/strict', {
      body: PAGE.replace('<script ', '<script nonce="bm9uY2U" '),
      headers: { 'content-security-policy': policy },
    })
    const page = await openPage()
    await page.goto(`${host.origin}/strict`)
    await page.waitForFunction(() => 'loadWidget' in globalThis)
    expect(await failure(page, snippet())).toMatch(/policy/)
    await page.evaluate(async (src) => (await loadWidget(src, { nonce: 'bm9uY2U' })).open(), snippet())
    await toWidget(page).send('Under a policy')
  })
})
