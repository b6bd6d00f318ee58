// The screens of e-mail and settings, drawn from made-up data, under axe.

import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type ViteDevServer } from 'vite'
import { findings } from './support/axe.ts'
import { launchBrowser, newPerson } from './support/browser.ts'

const INBOX = fileURLToPath(new URL('../../packages/inbox/', import.meta.url))

let browser: Browser
let vite: ViteDevServer

beforeAll(async () => {
  vite = await createServer({
    root: INBOX,
    configFile: `${INBOX}vite.config.ts`,
    server: { port: 0, hmr: false, watch: null },
    logLevel: 'error',
  })
  ;[browser] = await Promise.all([launchBrowser(), vite.listen()])
})
afterAll(async () => {
  await browser?.close()
  await vite?.close()
})

async function open(scene: string, theme: string, width = 1280): Promise<Page> {
  const context = await newPerson(browser, { viewport: { width, height: 800 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(90_000)
  await page.goto(`${vite.resolvedUrls?.local[0] ?? ''}gallery.html?scene=${scene}&theme=${theme}`)
  await page.locator('.workspace').waitFor()
  return page
}

describe.each(['light', 'dark'])('in %s', (theme) => {
  it('[IN1] axe finds nothing on held mails, the composer of a mail, and the mail as it came', async () => {
    const page = await open('mail', theme)
    await page.getByRole('region', { name: 'Unverified sender' }).waitFor()
    expect.soft(await findings(page), 'the thread').toEqual([])
    await page.getByRole('button', { name: 'E-mail', exact: true }).click()
    await page.getByRole('button', { name: 'Add CC, BCC' }).click()
    expect.soft(await findings(page), 'the composer').toEqual([])
    await page.getByRole('button', { name: 'Show original e-mail' }).first().click()
    await page.frameLocator('iframe').getByText('Saturday is').waitFor()
    expect.soft(await findings(page), 'the mail as it came').toEqual([])
    await page.context().close()
  })

  it('[IN1] axe finds nothing in the settings', async () => {
    const page = await open('settings', theme, theme === 'dark' ? 390 : 1280)
    await page.getByLabel('SMTP host').waitFor()
    expect.soft(await findings(page), 'the settings').toEqual([])
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByText('IMAP does not work yet').waitFor()
    expect.soft(await findings(page), 'a test').toEqual([])
    await page.context().close()
  })
})
