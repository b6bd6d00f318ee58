import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newPerson } from './support/browser.ts'
import { hostHtml, startHostSite, type HostSite } from './support/host-page.ts'
import { signIn } from './support/inbox-page.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { toWidget } from './support/widget-page.ts'

const NONCE = 'bm9uY2Utb2YtdGhlLXBhZ2U'

let server: TestServer
let browser: Browser
let host: HostSite

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), launchBrowser(), startHostSite()])
  await server.command('site', 'add', 'Strict', host.origin)
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}'`,
    "style-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    `connect-src ${server.url} ${server.url.replace(/^http/, 'ws')}`,
    'report-uri /csp',
  ]
  host.set('/', {
    body: hostHtml({ server: server.url, site: 'strict', nonce: NONCE }),
    headers: { 'content-security-policy': policy.join('; ') },
  })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

describe('a page with the strictest content security policy and trusted types', () => {
  it('[WG43] shows the whole widget, sends and receives, without one violation', async () => {
    const context = await newPerson(browser)
    await context.addInitScript(() => {
      const violations: string[] = []
      Object.assign(globalThis, { violations })
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.push(
          `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
        )
      })
    })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) errors.push(message.text())
    })
    await page.goto(`${host.origin}/`)
    const widget = toWidget(page)
    await widget.open()
    await widget.send('Is anybody there?')
    await widget.seeStatus('Is anybody there?', 'stored')

    const agent = await signIn(await newPerson(browser), server)
    await agent.show('unassigned')
    await agent.openRow('Is anybody there?')
    await agent.send('Somebody is. See https://acme.example/help')
    await widget.messages.nth(1).waitFor()

    expect(await page.evaluate('violations')).toEqual([])
    expect(host.posted).toEqual([])
    expect(errors).toEqual([])

    // The page is as strict as it says: what the widget must not do is seen when it is done.
    await page.evaluate(() => void document.body.append(document.createElement('style')))
    await page.evaluate(() => document.body.setAttribute('style', 'color: red'))
    await expect.poll(() => page.evaluate('violations.length')).toBeGreaterThan(0)
  })
})
