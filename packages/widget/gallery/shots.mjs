// Takes pictures of the gallery: `node packages/widget/gallery/shots.mjs [folder] [name…]`.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'

const [folder = 'shots', ...only] = process.argv.slice(2)
const DESKTOP = { width: 900, height: 760 }
const PHONE = { width: 390, height: 780 }

/** Name, state with further parameters, viewport, what the system prefers. */
const SHOTS = [
  ['closed', 'closed', { width: 420, height: 200 }],
  ['unread', 'unread', { width: 420, height: 200 }],
  ['empty', 'empty', DESKTOP],
  ['away', 'away', DESKTOP],
  ['one', 'one', DESKTOP],
  ['talk', 'talk', DESKTOP],
  ['typing', 'typing', DESKTOP],
  ['long', 'long', DESKTOP],
  ['line', 'line', DESKTOP],
  ['failed', 'failed', DESKTOP],
  ['offline', 'offline', DESKTOP],
  ['closed-talk', 'closedTalk', DESKTOP],
  ['hard', 'hard', DESKTOP],
  ['orange', 'talk&accent=%23f08c00', DESKTOP],
  ['left', 'talk&position=left&accent=%23e8e8e8', DESKTOP],
  ['dark', 'talk', DESKTOP, { colorScheme: 'dark' }],
  ['dark-failed', 'failed', DESKTOP, { colorScheme: 'dark' }],
  ['rtl', 'talk&locale=ar', DESKTOP],
  ['rtl-dark', 'talk&locale=ar', PHONE, { colorScheme: 'dark' }],
  ['indonesian', 'away&locale=id', DESKTOP],
  ['phone', 'talk', PHONE],
  ['phone-empty', 'empty', PHONE],
  ['phone-dark', 'offline', PHONE, { colorScheme: 'dark' }],
  ['phone-320', 'failed', { width: 320, height: 568 }],
  ['mail', 'mail', DESKTOP],
  ['mail-dark', 'mail', DESKTOP, { colorScheme: 'dark' }],
  ['mail-rtl', 'mail&locale=ar', PHONE],
  ['mail-320', 'mail&locale=id', { width: 320, height: 568 }],
  ['mail-phone', 'mail', PHONE],
  ['mail-given', 'mailGiven', DESKTOP],
  ['mail-given-rtl', 'mailGiven&locale=ar', { width: 320, height: 568 }, { colorScheme: 'dark' }],
  ['mail-spent', 'mailSpent', DESKTOP],
  ['by-mail', 'byMail', DESKTOP],
  ['mail-forced', 'mail', DESKTOP, { forcedColors: 'active', colorScheme: 'dark' }],
  ['forced', 'failed', DESKTOP, { forcedColors: 'active', colorScheme: 'dark' }],
  ['forced-closed', 'unread', { width: 420, height: 200 }, { forcedColors: 'active' }],
]

mkdirSync(folder, { recursive: true })
const server = await createServer({
  configFile: false,
  root: import.meta.dirname,
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
  resolve: { conditions: ['source', 'module', 'browser', 'development'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})
await server.listen()
const url = server.resolvedUrls?.local[0] ?? ''
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-quic', '--no-first-run'],
  // Much closer to what most visitors see than this machine's default font.
  env: { ...process.env, FONTCONFIG_FILE: join(import.meta.dirname, 'fonts.conf') },
})
try {
  for (const [name, state, viewport, prefers = {}] of SHOTS) {
    if (only.length > 0 && !only.includes(name)) continue
    const page = await browser.newPage({ viewport, reducedMotion: 'reduce', locale: 'en-GB', ...prefers })
    page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.stack}\n`))
    await page.goto(`${url}?state=${state}`)
    await page.waitForSelector('html[data-ready]', { timeout: 20_000 })
    if (name.startsWith('mail')) await page.waitForSelector('.mail')
    await page.waitForFunction(() =>
      document
        .querySelector('pendopo-chat')
        ?.shadowRoot.getAnimations()
        .every(({ playState }) => playState !== 'running'),
    )
    await page.screenshot({ path: join(folder, `${name}.png`) })
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
