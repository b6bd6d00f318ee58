#!/usr/bin/env node
// Takes pictures of the real product: the widget and the inbox in their states, on a desk and on a phone, light and
// dark. They land in docs/screenshots (not in git), and the few that the README shows in docs/images as well.
//
//   npm run screenshots                     all of them
//   npm run screenshots -- --only widget    those whose name contains the word

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureChromium } from './chromium.mjs'
import { makeReady } from './make-ready.mjs'
import { startRoomyServer } from './roomy-server.mjs'
import { ROOT, ToolError, log, main } from './run.mjs'
import { SITE_NAME } from './screenshots/dialogues.mjs'

const FOLDER = join(ROOT, 'docs/screenshots')
const IMAGES = join(ROOT, 'docs/images')
/** Shown by the README; a new picture of each is a file more in everybody's clone, so they are few. */
const OF_README = ['widget-thread-desktop-light', 'inbox-thread-desktop-light', 'widget-thread-phone-dark']
const ARGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-quic',
  '--no-first-run',
  '--hide-scrollbars',
]
const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
}
const SCHEMES = ['light', 'dark']

function readOnly() {
  try {
    return parseArgs({ options: { only: { type: 'string' } }, strict: true }).values.only ?? ''
  } catch {
    throw new ToolError('unable to take pictures; the one option is --only WORD')
  }
}

await main(async () => {
  const only = readOnly()
  await makeReady()
  const { chromium } = await import('playwright-core')
  const { inboxScenes } = await import('./screenshots/inbox-scenes.mjs')
  const { widgetScenes } = await import('./screenshots/widget-scenes.mjs')
  const data = mkdtempSync(join(tmpdir(), 'pendopo-pictures-'))
  const server = await startRoomyServer({ data, site: { id: 'demo', name: SITE_NAME } })
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ARGS })
  try {
    for (const folder of [FOLDER, IMAGES]) mkdirSync(folder, { recursive: true })
    for (const scenes of [inboxScenes, widgetScenes]) {
      // The inbox first: it is empty only once. A scene first brings the server into its state, once, then is taken in every form.
      for (const { name, prepare, show } of scenes(server)) {
        await prepare?.()
        for (const [device, form] of Object.entries(DEVICES)) {
          for (const colorScheme of SCHEMES) {
            const title = `${name}-${device}-${colorScheme}`
            if (!title.includes(only)) continue
            const context = await browser.newContext({ ...form, colorScheme, locale: 'en-GB', reducedMotion: 'reduce' })
            const page = await context.newPage()
            await show(page, { device, context })
            await page.screenshot({ path: join(FOLDER, `${title}.png`), animations: 'disabled' })
            await context.close()
            if (OF_README.includes(title)) copyFileSync(join(FOLDER, `${title}.png`), join(IMAGES, `${title}.png`))
            log(`screenshots: ${title}`)
          }
        }
      }
    }
  } finally {
    await browser.close()
    await server.close()
    rmSync(data, { recursive: true, force: true })
  }
})
