// The HTML of a mail in the inbox: cleaned, framed and forbidden to load or run anything, under the policy that the server
// gives the inbox's page. DOMPurify is only to be believed in a real browser.

import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { build } from 'vite'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { startHostSite, type HostSite } from './support/host-page.ts'

const FRAME = fileURLToPath(new URL('../../packages/inbox/src/mail/mail-frame.tsx', import.meta.url))

const HOSTILE = [
  '<img id="inside" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">',
  '<a id="link" href="HOST/link">our tickets</a>',
  '<p id="words">Saturday is <b>fine</b>.</p>',
  '<script>top.hacked = 1</script>',
  '<img src="x" onerror="top.hacked = 2">',
  '<svg onload="top.hacked = 3"><style><img src=x onerror="top.hacked = 4"></style></svg>',
  '<iframe srcdoc="<script>top.hacked = 6</script>"></iframe>',
  '<a href="javascript:top.hacked = 7">press me</a>',
  '<form action="HOST/form"><button>send</button></form>',
  '<meta http-equiv="refresh" content="0;url=HOST/refresh">',
  '<base href="HOST/">',
  '<img src="HOST/pixel.gif"><div style="background: url(HOST/background.gif)">text</div>',
  '<style>@import "HOST/import.css"; p { background: url(HOST/style.gif) } b { color: rgb(1, 2, 3) }</style>',
  '<link rel="stylesheet" href="HOST/link.css"><object data="HOST/object"></object><video src="HOST/video" autoplay></video>',
  // Swallows what follows.
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=top.hacked=5&gt;">',
].join('\n')

let browser: Browser
let server: TestServer
let host: HostSite
let script: string
let unclean: string
let policy: string

/** As if the cleaning had a hole that lets everything through. */
const UNCLEAN = 'export default { sanitize: (html) => html }'

/** The component of the inbox with what it loads, as one file of the host's origin. */
async function bundle({ cleans }: { readonly cleans: boolean }): Promise<string> {
  const entry = `import { h, render } from 'preact'; import { MailFrame } from ${JSON.stringify(FRAME)};
    globalThis.show = (html) => render(h(MailFrame, { html }), document.body)`
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('..', import.meta.url)),
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId(id) {
          if (id.endsWith('virtual:frame')) return '\0frame'
          return id === 'dompurify' && !cleans ? '\0unclean' : null
        },
        load(id) {
          if (id === '\0frame') return entry
          return id === '\0unclean' ? UNCLEAN : null
        },
      },
    ],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      lib: { entry: 'virtual:frame', formats: ['es'], fileName: 'frame' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined
  if (chunk?.type !== 'chunk') throw new Error('unable to build the frame; vite gave no chunk')
  return chunk.code
}

beforeAll(async () => {
  ;[browser, server, script, unclean] = await Promise.all([
    launchBrowser(),
    startServer(),
    bundle({ cleans: true }),
    bundle({ cleans: false }),
  ])
  policy = (await fetch(server.inbox)).headers.get('content-security-policy') ?? ''
})
beforeEach(async () => {
  host = await startHostSite()
})
afterEach(async () => {
  await host?.close()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** The frame with a mail in it, under a policy. */
async function open(html: string, under: string, code = script): Promise<Page> {
  host.set('/frame.js', { body: code, headers: { 'content-type': 'text/javascript' } })
  host.set('/', {
    body: '<!doctype html><title>Mail</title><body><script type="module" src="/frame.js"></script></body>',
    headers: { 'content-security-policy': under },
  })
  const page = await (await newPerson(browser)).newPage()
  await page.goto(host.origin)
  await page.waitForFunction('typeof show === "function"')
  await page.evaluate((html) => (globalThis as unknown as { show(html: string): void }).show(html), html)
  await page.frameLocator('iframe').locator('#words').waitFor()
  return page
}

describe('the HTML of a mail', () => {
  it('[EM123] runs nothing and loads nothing, and shows its words and the pictures inside it', async () => {
    expect(policy).toContain("require-trusted-types-for 'script'")
    const page = await open(HOSTILE.replaceAll('HOST', host.origin), policy)
    const frame = page.frameLocator('iframe')
    expect(await frame.locator('#words').textContent()).toBe('Saturday is fine.')
    expect(
      await frame.locator('#words').evaluate((words) => {
        const [{ fontFamily }, { marginLeft, backgroundColor }] = [
          getComputedStyle(words),
          getComputedStyle(document.body),
        ]
        return [fontFamily, marginLeft, backgroundColor]
      }),
    ).toEqual(['system-ui, sans-serif', '16px', 'rgb(255, 255, 255)'])
    expect(await frame.locator('#inside').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1)
    expect(
      await frame
        .locator('body')
        .evaluate(
          (body) => [...body.querySelectorAll('script, iframe, object, meta, base, link, [onerror], [onload]')].length,
        ),
    ).toBe(0)
    await frame.locator('#link').click()
    await frame.locator('button').click()
    await page.evaluate(() => fetch('/after').then(() => undefined))
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined()
    // At the other end: a browser tells of requests that its policies then stop.
    expect(host.asked.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/frame.js', '/after'])
    expect(await frame.locator('#words').textContent()).toBe('Saturday is fine.')
    expect(page.context().pages()).toHaveLength(1)
    await page.context().close()
  })

  it('[EM123] runs nothing and loads nothing either where the cleaning lets everything through', async () => {
    const page = await open(HOSTILE.replaceAll('HOST', host.origin), policy, unclean)
    const frame = page.frameLocator('iframe')
    // It is there, and can do nothing.
    expect(await frame.locator('script, [onerror], object, form').count()).toBeGreaterThan(3)
    await frame.locator('button').click()
    await frame.locator('#link').click()
    await page.evaluate(() => fetch('/after').then(() => undefined))
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined()
    expect(host.asked.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/frame.js', '/after'])
    expect(page.context().pages()).toHaveLength(1)
    await page.context().close()
  })

  it('[EM123] keeps the looks that it carries on its elements, where the page lets those in', async () => {
    const html = '<p id="words" style="color: rgb(1, 2, 3); background: url(HOST/background.gif)">Hello</p>'
    const page = await open(html.replaceAll('HOST', host.origin), `${policy}; style-src-attr 'unsafe-inline'`)
    const words = page.frameLocator('iframe').locator('#words')
    expect(await words.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(1, 2, 3)')
    await page.evaluate(() => fetch('/after').then(() => undefined))
    expect(host.asked.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/frame.js', '/after'])
    await page.context().close()
  })

  it('[EM123] has an origin that is nobody’s', async () => {
    const page = await open('<p id="words">Hello</p>', policy)
    const element = await page.locator('iframe').elementHandle()
    expect(await element?.getAttribute('sandbox')).toBe('')
    expect(await page.evaluate(() => document.querySelector('iframe')?.contentDocument ?? null)).toBeNull()
    await page.context().close()
  })
})
