import pixelmatch from 'pixelmatch'
import type { Browser, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newPerson } from './support/browser.ts'
import { hostHtml, startHostSite, type HostSite } from './support/host-page.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { toWidget } from './support/widget-page.ts'

/** Style sheets of pages that do not mean well, or mean something else. `html { zoom }` is the one nobody can undo. */
const HOSTILE = {
  'all: unset on everything': '* { all: unset !important }',
  'huge and odd fonts': `
    html { font: italic 900 60px/3 "Comic Sans MS", serif !important; letter-spacing: 0.4em !important; word-spacing: 1em }
    * { font-size: 40px !important; line-height: 4 !important; text-transform: uppercase !important; text-align: right !important }`,
  'transforms, filters and opacity': `
    html, body { transform: rotate(4deg) scale(0.8) !important; filter: hue-rotate(120deg) !important; perspective: 200px; will-change: transform }
    body { opacity: 0.3 !important; overflow: hidden !important; contain: strict; clip-path: inset(40%) }`,
  'every element': `
    * { margin: 9px !important; padding: 9px !important; border: 3px dotted red !important; color: red !important; display: block !important;
        position: relative !important; z-index: -1 !important; box-sizing: content-box !important; visibility: hidden !important;
        animation: spin 1s infinite !important; transition: all 3s !important; direction: rtl !important; unicode-bidi: bidi-override !important;
        pointer-events: none !important; cursor: none !important; writing-mode: vertical-rl !important; float: left !important }
    *::before, *::after { content: "!!!" !important; font-size: 90px !important }
    *::backdrop { background: red !important }`,
  'divs and custom elements': `
    div, body > *, body > *:last-child, :not(:defined), [popover] { display: none !important; width: 0 !important; height: 0 !important; inset: auto !important;
      opacity: 0 !important; background: lime !important; max-width: 10px !important; max-height: 10px !important }`,
  'stolen custom properties':
    '* { --accent: red !important; --ground: red !important; --text: red !important; --radius: 0 !important; --space: 40px !important }',
} as const

let server: TestServer
let browser: Browser
let host: HostSite

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), launchBrowser(), startHostSite()])
  await server.command('site', 'add', 'Hostile', host.origin)
  host.set('/plain', {
    body: hostHtml({ server: server.url, site: 'hostile', head: '<style>html { background: #fff }</style>' }),
  })
  for (const [index, css] of Object.values(HOSTILE).entries()) {
    const head = `<style>html { background: #fff }</style><style>${css}</style>`
    host.set(`/hostile-${index}`, { body: hostHtml({ server: server.url, site: 'hostile', head }) })
  }
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

/** What is on the screen. Not by `screenshot`, which counts from where the page begins: some of these begin left of it. */
async function photograph(page: Page): Promise<PNG> {
  const devtools = await page.context().newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'png' })
  return PNG.sync.read(Buffer.from(data, 'base64'))
}

type Box = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>

/** The pixels of a box; its outermost may be mixed with the page's. */
function cut(screen: PNG, box: Box): PNG {
  const [width, height] = [box.width - 2, box.height - 2]
  const image = new PNG({ width, height })
  PNG.bitblt(screen, image, box.x + 1, box.y + 1, width, height, 0, 0)
  return image
}

/** The pixels of the launcher, and of the open panel with a message in it, and where they are. */
async function picture(path: string) {
  const context = await newPerson(browser, { reducedMotion: 'reduce' })
  try {
    const page = await context.newPage()
    await page.goto(`${host.origin}${path}`)
    const widget = toWidget(page)
    await widget.launcher.waitFor()
    const launcherBox = await widget.launcher.boundingBox()
    const closed = await photograph(page)
    await widget.open()
    // The last thing that appears by itself: whether somebody is there, once connected.
    await widget.panel.locator('.presence', { hasText: 'Away' }).waitFor()
    // And the focus, whose ring is part of the picture.
    await widget.panel.locator('textarea:focus').waitFor()
    const box = await widget.panel.boundingBox()
    if (box === null || launcherBox === null) throw new Error('the panel or the launcher is not shown')
    await widget.send('Is **this** there? https://acme.example')
    await widget.panel.locator('.status.stored').waitFor()
    await widget.panel.locator('.bubble a').waitFor()
    // The minute may change between two pictures.
    await widget.panel.locator('time').evaluate((time) => time.style.setProperty('visibility', 'hidden'))
    // It blinks, and is no part of what a style sheet could change.
    await widget.panel.locator('textarea').evaluate((field) => field.style.setProperty('caret-color', 'transparent'))
    const screen = await photograph(page)
    return { boxes: [box, launcherBox], panel: cut(screen, box), launcher: cut(closed, launcherBox) }
  } finally {
    await context.close()
  }
}

/** The radius of the panel's corners, generously: outside of it the page may be seen. */
const CORNER = 20

/** How many pixels differ, corners aside. */
function difference(a: PNG, b: PNG): number {
  for (const image of [a, b]) {
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const isCorner = (x < CORNER || x >= image.width - CORNER) && (y < CORNER || y >= image.height - CORNER)
        if (isCorner) image.data.fill(0, (y * image.width + x) * 4, (y * image.width + x) * 4 + 4)
      }
    }
  }
  return pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0 })
}

describe('a page with hostile style sheets', () => {
  it.each(Object.keys(HOSTILE).map((name, index) => [name, index] as const))(
    '[WG9] leaves the open widget equal to the pixel: %s',
    async (_name, index) => {
      const plain = await picture('/plain')
      const hostile = await picture(`/hostile-${index}`)
      expect(hostile.boxes).toEqual(plain.boxes)
      expect(difference(plain.panel, hostile.panel)).toBe(0)
      expect(difference(plain.launcher, hostile.launcher)).toBe(0)
    },
  )
})
