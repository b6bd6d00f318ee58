// Other windows post messages to a page with the widget: the one that opened it, and the one that frames it, both of
// another origin. The widget has no listener for them, so nothing may happen.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { hostHtml, startHostSite, type HostSite } from './support/host-page.ts'
import { toWidget } from './support/widget-page.ts'

const MESSAGES = 1_000
/** Said when it fails: the same messages again. */
const SEED = 20_261_122

let server: TestServer
let browser: Browser
let host: HostSite
let other: HostSite

beforeAll(async () => {
  ;[server, browser, host, other] = await Promise.all([
    startServer(),
    launchBrowser(),
    startHostSite(),
    startHostSite(),
  ])
  await server.command('site', 'add', 'Posted', host.origin)
  host.set('/', { body: hostHtml({ server: server.url, site: 'posted' }) })
  other.set('/', { body: '<!doctype html><title>Other</title><body></body>' })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await other?.close()
  await server?.close()
})

it.each(['opener', 'parent'] as const)(
  `[SC49] ${MESSAGES} messages of the %s change nothing and raise nothing (seed ${SEED})`,
  async (who) => {
    const context = await newPerson(browser)
    const errors: string[] = []
    await context.addInitScript(() => {
      const counted = { messages: 0 }
      Object.assign(globalThis, { counted })
      addEventListener('message', () => void counted.messages++)
    })
    context.on('weberror', (error) => errors.push(String(error.error())))
    context.on('console', (message) => {
      if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) errors.push(message.text())
    })
    const outside = await context.newPage()
    await outside.goto(`${other.origin}/`)
    const popup = who === 'opener' ? context.waitForEvent('page') : undefined
    await outside.evaluate(
      ([kind, url]) => {
        if (kind === 'opener') return void Object.assign(globalThis, { target: open(url) })
        const frame = document.createElement('iframe')
        frame.style.cssText = 'width: 900px; height: 700px'
        frame.src = url
        document.body.append(frame)
        Object.assign(globalThis, { target: frame.contentWindow })
      },
      [who, `${host.origin}/`] as const,
    )
    await popup
    const frames = () => context.pages().flatMap((page) => page.frames())
    const find = () => frames().find((frame) => frame.url() === `${host.origin}/`)
    await expect.poll(() => find() !== undefined).toBe(true)
    const inside = find()
    if (inside === undefined) throw new Error('the page with the widget is not there')
    const widget = toWidget(inside.page(), inside)
    await widget.open()
    await widget.send('Before')
    await widget.seeStatus('Before', 'stored')
    const state = () =>
      inside.evaluate(async () => ({
        // Times aside: they go on by themselves.
        chat: document.querySelector('pendopo-chat')?.shadowRoot?.innerHTML.replaceAll(/<time.*?<\/time>/g, ''),
        page: document.body.innerHTML,
        address: location.href,
        pendopo: Object.keys(Reflect.get(window, 'Pendopo') ?? {}),
        local: JSON.stringify(localStorage),
        databases: (await indexedDB.databases()).map(({ name }) => name),
      }))
    const before = await state()
    await outside.evaluate(
      ([count, seed]) => {
        let last = seed
        const next = (below: number) => (last = (last * 1_103_515_245 + 12_345) % 2_147_483_648) % below
        const names = [
          'open',
          'close',
          'identify',
          'logout',
          'destroy',
          'push',
          'pendopo',
          'config',
          'welcome',
          'event',
        ]
        const scalars = [
          null,
          true,
          0,
          '',
          'javascript:alert(1)',
          '<img src=x onerror=alert(1)>',
          '42/visitor,["heads"]',
        ]
        const make = (depth: number): unknown => {
          const kind = next(depth > 3 ? 2 : 6)
          if (kind === 0) return scalars[next(scalars.length)]
          if (kind === 1) return names[next(names.length)]
          if (kind === 2) return [names[next(names.length)], make(depth + 1)]
          if (kind === 3) return JSON.stringify({ type: names[next(names.length)], data: make(depth + 1) })
          if (kind === 4) return new Uint8Array(next(64)).buffer
          return { [next(2) ? 'type' : '__proto__']: names[next(names.length)], data: make(depth + 1), id: next(99) }
        }
        const target: unknown = Reflect.get(globalThis, 'target')
        for (let sent = 0; sent < count; sent++) (target as Window).postMessage(make(0), '*')
      },
      [MESSAGES, SEED] as const,
    )
    await expect.poll(() => inside.evaluate('counted.messages')).toBeGreaterThanOrEqual(MESSAGES)
    expect(await state()).toEqual(before)
    expect(errors).toEqual([])
    await widget.send('After')
    await widget.seeStatus('After', 'stored')
    await context.close()
  },
)
