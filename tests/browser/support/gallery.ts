// The widget's gallery: every state of it on an address of its own, without a server behind it.

import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser, newPerson } from './browser.ts'

const ROOT = join(import.meta.dirname, '../../../packages/widget/gallery')

export interface Gallery {
  /** A page of somebody's own with the widget in this state, such as `mail&locale=ar`; who is done closes it. */
  show(state: string, person: BrowserContextOptions): Promise<Page>
}

/** To be called once at the top of a file; open from its first test to its last. */
export function openGallery(): Gallery {
  let server: ViteDevServer | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await launchBrowser()
    server = await createServer({
      configFile: false,
      root: ROOT,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
      resolve: { conditions: ['source', 'module', 'browser', 'development'] },
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    })
    await server.listen()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })
  return {
    async show(state, person) {
      if (browser === undefined) throw new Error('unable to show the gallery; it opens with the first test')
      const page = await (await newPerson(browser, person)).newPage()
      await page.goto(`${server?.resolvedUrls?.local[0] ?? ''}?state=${state}`)
      await page.locator('html[data-ready]').waitFor()
      return page
    },
  }
}
