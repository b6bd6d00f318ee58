// The widget's gallery: every state of it on an address of its own, without a server behind it.

import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { createServer } from 'vite'

const ROOT = join(import.meta.dirname, '../../../packages/widget/gallery')

export interface Gallery {
  /** A page with the widget in this state, such as `mail&locale=ar`. */
  show(context: BrowserContext, state: string): Promise<Page>
  close(): Promise<void>
}

export async function openGallery(): Promise<Gallery> {
  const server = await createServer({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
    resolve: { conditions: ['source', 'module', 'browser', 'development'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  })
  await server.listen()
  return {
    async show(context, state) {
      const page = await context.newPage()
      await page.goto(`${server.resolvedUrls?.local[0] ?? ''}?state=${state}`)
      await page.locator('html[data-ready]').waitFor()
      return page
    },
    close: () => server.close(),
  }
}
