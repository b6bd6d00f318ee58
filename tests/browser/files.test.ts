// Files from one browser to the other: what people do with them, in real pages.

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { png } from '../../packages/server-adapter/src/testing/file-samples.ts'
import { newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { openStage } from './support/stage.ts'
import { visit } from './support/widget-page.ts'

const stage = openStage()

const picture = (name: string, width = 600, height = 300) => ({
  name,
  mimeType: 'image/png',
  buffer: png(width, height),
})

/** Gives files to an element as a drop or a paste does. */
async function give(page: Page, how: 'drop' | 'paste', selector: string, name: string): Promise<void> {
  const bytes = [...png(40, 30)]
  await page.locator(selector).evaluate(
    (element, [event, fileName, content]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(content)], fileName, { type: 'image/png' }))
      const init = { bubbles: true, cancelable: true, composed: true }
      if (event === 'paste') element.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: transfer }))
      else
        for (const name of ['dragover', 'drop'])
          element.dispatchEvent(new DragEvent(name, { ...init, dataTransfer: transfer }))
    },
    [how, name, bytes] as const,
  )
}

/** The sum of all layout shifts in a page, as browsers measure it. */
const shifts = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) =>
          resolve(list.getEntries().reduce((sum, entry) => sum + ('value' in entry ? Number(entry.value) : 0), 0)),
        ).observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => resolve(0), 500)
      }),
  )

/** The pictures that have been loaded, by their size on the screen. */
const loaded = (page: Page) =>
  page
    .locator('.picture img')
    .evaluateAll((images) =>
      images
        .filter((image) => image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0)
        .map((image) => [Math.round(image.clientWidth), Math.round(image.clientHeight)]),
    )

describe('files between a visitor and an agent', () => {
  it('[FI1] [WG51] [WG50] a picture by clip, drop and paste, with words; the agent sees it without a shift', async () => {
    const visitor = await visit(await newPerson(stage.browser), stage.server.demo)
    const agent = await signIn(await newPerson(stage.browser), stage.server)
    await visitor.open()
    await visitor.panel
      .locator('input[type=file]')
      .setInputFiles([picture('table.png'), { name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('teak') }])
    await visitor.panel.locator('.tray li').getByText('list.txt').waitFor()
    await visitor.send('This one, please')
    await visitor.seeStatus('This one, please', 'stored')
    await expect.poll(() => loaded(visitor.page)).toEqual([[240, 120]])
    expect(await visitor.panel.getByText('Cannot be loaded').count()).toBe(0)

    await agent.show('unassigned')
    await agent.openRow('This one, please')
    await agent.see('This one, please')
    // 320 by 160, less the hairline around it.
    await expect.poll(() => loaded(agent.page)).toEqual([[318, 158]])

    const before = await shifts(agent.page)
    await give(visitor.page, 'drop', 'pendopo-chat .panel', 'dropped.png')
    await visitor.panel.locator('.tray li').getByText('dropped.png').waitFor()
    await give(visitor.page, 'paste', 'pendopo-chat textarea', 'pasted.png')
    await visitor.panel.locator('.tray li').getByText('pasted.png').waitFor()
    await visitor.panel.getByRole('button', { name: 'Send' }).click()
    await expect.poll(async () => (await loaded(agent.page)).length).toBe(3)
    expect((await shifts(agent.page)) - before).toBeLessThan(0.02)

    await visitor.page.reload()
    await visitor.open()
    await expect.poll(async () => (await loaded(visitor.page)).length).toBe(3)
  })

  it('[FI1] [IN21] an agent sends a document, and the visitor saves it under its own name', async () => {
    const visitor = await visit(await newPerson(stage.browser), stage.server.demo)
    const agent = await signIn(await newPerson(stage.browser), stage.server)
    await visitor.open()
    await visitor.send('May I have your offer?')
    await agent.show('unassigned')
    await agent.openRow('May I have your offer?')
    const offer = {
      name: 'Angebot für Sie (1).pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
    }
    await agent.page.locator('.composer input[type=file]').setInputFiles([offer])
    await agent.page.locator('.tray li').waitFor()
    await agent.page.getByRole('button', { name: 'Send' }).click()
    const tile = visitor.panel.getByRole('link', { name: /^Angebot für Sie \(1\)\.pdf/ })
    await tile.waitFor()
    const [download] = await Promise.all([
      new Promise<{ suggestedFilename(): string; path(): Promise<string> }>((resolve) => {
        visitor.page.context().on('page', (page) => page.on('download', resolve))
        visitor.page.on('download', resolve)
      }),
      tile.click(),
    ])
    expect(download.suggestedFilename()).toBe('Angebot für Sie (1).pdf')
    expect(readFileSync(await download.path(), 'utf8')).toBe('%PDF-1.4\n%%EOF\n')
  })

  it('[WG52] [AT4] [AT6] an upload shows how far it is, goes on after a cut, and is withdrawn', async () => {
    const context = await newPerson(stage.browser)
    const visitor = await visit(context, stage.server.demo)
    await visitor.open()
    await visitor.send('Hello')
    await visitor.seeStatus('Hello', 'stored')
    let failures = 0
    await visitor.page.route(`**/${stage.server.site}/files?*`, async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      failures++
      await route.abort('internetdisconnected')
    })
    await visitor.panel.locator('input[type=file]').setInputFiles([picture('cut.png')])
    await visitor.panel.locator('.tray li').waitFor()
    await visitor.send('through a cut')
    await visitor.panel.getByRole('progressbar').waitFor()
    await expect.poll(() => failures).toBeGreaterThan(0)
    await visitor.page.unrouteAll()
    await visitor.seeStatus('through a cut', 'stored')

    await visitor.page.route(`**/${stage.server.site}/files?*`, () => {})
    await visitor.panel.locator('input[type=file]').setInputFiles([picture('withdrawn.png')])
    await visitor.panel.locator('.tray li').waitFor()
    await visitor.send('never sent')
    await visitor.panel.getByRole('button', { name: 'Cancel withdrawn.png' }).click()
    await expect.poll(() => visitor.texts()).not.toContain('never sent')
    await visitor.page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})
