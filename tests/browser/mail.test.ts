// Mails as a browser shows them, which is how web mail does. MAIL_SCREENSHOTS names a folder for the pictures.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeMail } from '../../packages/server-adapter/src/mail/outbound/compose.ts'
import { everyDraft, replyDraft } from '../../packages/server-adapter/src/testing/mail-drafts.ts'
import { findings } from './support/axe.ts'
import { launchBrowser, newPerson } from './support/browser.ts'

const pictures = process.env.MAIL_SCREENSHOTS
if (pictures !== undefined) mkdirSync(pictures, { recursive: true })

const hardToShow = replyDraft({
  site: { name: 'Toko Biru', accent: '#ffe14d' },
  messages: [
    {
      author: { side: 'team', name: 'Ayu' },
      at: replyDraft().date,
      text: `${'W'.repeat(600)}\n\`\`\`\n${'let a = 1; '.repeat(40)}\n\`\`\`\nhttps://kopi.example/${'a'.repeat(300)}`,
      files: [{ name: `${'n'.repeat(100)}.pdf`, size: 12, url: 'https://kopi.example/f' }],
    },
  ],
})

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

const views = [600, 390].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })))

/** Rules for pages of a site; a mail is shown within one. A mail from person to person has no heading. */
const OF_PAGES = /^(?:region|landmark-one-main|page-has-heading-one):/

describe.each(views)('at $width px, $scheme', ({ width, scheme }) => {
  let page: Page
  const requests: string[] = []
  beforeAll(async () => {
    const person = await newPerson(browser, { viewport: { width, height: 900 }, colorScheme: scheme })
    page = await person.newPage()
    page.on('request', (request) => requests.push(request.url()))
  })
  afterAll(() => page?.context().close())

  it.each(Object.entries({ ...everyDraft(), 'what is hard to show': hardToShow }))(
    '[EM46] %s can be read, fits, and asks nobody for anything',
    async (name, draft) => {
      await page.setContent(composeMail(draft).html)
      if (pictures !== undefined) {
        const file = `${name.replaceAll(' ', '-')}-${width}-${scheme}.png`
        await page.screenshot({ path: join(pictures, file), fullPage: true })
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      expect((await findings(page)).filter((finding) => !OF_PAGES.test(finding))).toEqual([])
      expect(requests).toEqual([])
    },
  )
})
