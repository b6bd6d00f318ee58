// A real Chromium that can be killed: started by ourselves on a profile of its own, and driven over its debugging port.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chromium } from 'playwright-core'
import { ensureChromium } from '../../tools/chromium.mjs'

const ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--no-first-run',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-features=Translate,HttpsUpgrades,OptimizationHints',
  '--remote-debugging-port=0',
]

/** Starts one on a profile folder. */
export async function startBrowser(profile) {
  const child = spawn(await ensureChromium(), [...ARGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const exit = once(child, 'exit')
  const address = await new Promise((resolve, reject) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
      const [, url] = /DevTools listening on (ws:\S+)/.exec(text) ?? []
      if (url !== undefined) resolve(url)
    })
    exit.then(() => reject(new Error(`Chromium ended before it was ready: ${text.slice(-2_000)}`)))
  })
  const browser = await chromium.connectOverCDP(address)
  return {
    /** The profile's own context, which outlives the browser on disk. */
    context: () => browser.contexts()[0],
    newContext: () => browser.newContext(),
    /** SIGKILL of the browser and all its renderers. */
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch (error) {
        if (error.code !== 'ESRCH') throw error
      }
      await exit
      await browser.close().catch(() => undefined)
    },
  }
}

/** Kills a page's renderer; its other tabs live on. */
export async function crash(page) {
  const gone = page.waitForEvent('crash')
  const session = await page.context().newCDPSession(page)
  session.send('Page.crash').catch(() => undefined)
  await gone
}
