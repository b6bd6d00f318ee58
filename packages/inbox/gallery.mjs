#!/usr/bin/env node
// Takes a picture of every scene of the gallery: node packages/inbox/gallery.mjs <folder> [scene …]
// It is for looking at while designing; pictures of the real product are `npm run screenshots`.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'

const [folder = 'gallery', ...only] = process.argv.slice(2)
const root = fileURLToPath(new URL('.', import.meta.url))
const DESK = { width: 1280, height: 800 }
const WIDE = { width: 1600, height: 900 }
const PHONE = { width: 390, height: 844 }

/** name, scene, size, and what differs from the plain page. */
const PICTURES = [
  ['login', 'login', DESK],
  ['login-phone-dark', 'login', PHONE, { theme: 'dark' }],
  ['empty', 'empty', DESK],
  ['one', 'one', DESK],
  ['list', 'list', DESK],
  ['thread', 'thread', WIDE],
  ['thread-desk', 'thread', DESK],
  ['thread-dark', 'thread', WIDE, { theme: 'dark' }],
  ['thread-dense', 'mine', WIDE, { density: 'dense' }],
  ['long', 'long', DESK],
  ['hard', 'hard', WIDE],
  ['hard-rtl', 'hard', WIDE, { dir: 'rtl' }],
  ['offline', 'offline', DESK],
  ['details-desk', 'thread', DESK, { keys: ['i'] }],
  ['toast', 'toast', WIDE],
  ['many', 'many', DESK],
  ['palette', 'thread', DESK, { keys: ['Control+k'] }],
  ['palette-dark', 'thread', DESK, { theme: 'dark', keys: ['Control+k', 'a', 's', 's'] }],
  ['assign', 'thread', DESK, { keys: ['a'] }],
  ['close', 'thread', DESK, { keys: ['e'] }],
  ['lists-phone', 'lists', PHONE],
  ['list-phone', 'list', PHONE],
  ['list-phone-dark', 'list', PHONE, { theme: 'dark' }],
  ['thread-phone', 'thread', PHONE],
  ['thread-320', 'hard', { width: 320, height: 640 }],
  ['details-phone', 'thread', PHONE, { keys: ['i'] }],
  ['forced-colors', 'thread', WIDE, { forcedColors: 'active' }],
  ['mail', 'mail', DESK],
  ['mail-wide-dark', 'mail', WIDE, { theme: 'dark' }],
  ['mail-phone', 'mail', PHONE],
  ['mail-composer', 'mail', DESK, { click: 'E-mail' }],
  ['mail-composer-dark', 'mail', DESK, { theme: 'dark', click: 'E-mail' }],
  ['mail-composer-phone', 'mail', PHONE, { click: 'E-mail' }],
  ['mail-original', 'mail', DESK, { click: 'Show original e-mail' }],
  ['mail-original-phone-dark', 'mail', PHONE, { theme: 'dark', click: 'Show original e-mail' }],
  ['settings', 'settings', DESK],
  ['settings-mail-dark', 'settings', DESK, { theme: 'dark', click: 'Test' }],
  ['settings-phone', 'settings', PHONE],
  ['settings-mail-phone', 'settings', PHONE, { click: 'Test' }],
  ['zoom-200', 'thread', { width: 640, height: 400 }],
]

const server = await createServer({
  root,
  configFile: join(root, 'vite.config.ts'),
  server: { port: 0 },
  logLevel: 'error',
})
await server.listen()
const address = server.resolvedUrls?.local[0]
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-quic', '--no-first-run'],
})
mkdirSync(folder, { recursive: true })
try {
  for (const [
    name,
    scene,
    viewport,
    { theme = 'light', density = 'comfortable', dir = 'ltr', keys = [], click, forcedColors = 'none' } = {},
  ] of PICTURES) {
    if (only.length > 0 && !only.includes(name)) continue
    const page = await browser.newPage({
      viewport,
      forcedColors,
      colorScheme: theme === 'dark' ? 'dark' : 'light',
      reducedMotion: 'reduce',
    })
    // The first page waits for the development server to look at every file.
    page.setDefaultTimeout(120_000)
    page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.message}\n`))
    page.on('console', (message) => message.type() === 'error' && process.stderr.write(`${name}: ${message.text()}\n`))
    await page.goto(`${address}gallery.html?${new URLSearchParams({ scene, theme, density, dir })}`)
    await page.locator('#inbox > *').first().waitFor()
    await page.waitForTimeout(300)
    if (click !== undefined) await page.getByRole('button', { name: click, exact: true }).first().click()
    for (const key of keys) await page.keyboard.press(key)
    await page.waitForTimeout(click === undefined ? 150 : 600)
    await page.screenshot({ path: join(folder, `${name}.png`) })
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
