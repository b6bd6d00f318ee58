// One Chromium for a test file. Each person of a test gets a context of their own: storage, cookies, tabs.

import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core'

const ARGS = ['--no-sandbox', '--disable-background-networking', '--disable-quic', '--no-first-run']

/** Launches the browser the environment names, else Debian's. */
export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(`unable to start a browser; there is no ${executablePath}: install chromium or set CHROMIUM_PATH`)
  }
  return chromium.launch({ executablePath, args: [...ARGS, ...args] })
}

/**
 * A person with a browser of their own. The widget's shadow root is closed to pages; tests look inside by making every
 * root open before any script runs.
 */
export async function newPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  })
  await context.addInitScript(() => {
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: 'open' })
    }
  })
  return context
}
