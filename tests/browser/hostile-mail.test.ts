// Mails that try to be more than text. Whoever knows a site's address may write there, so every string goes the whole way:
// as the name of the sender, the subject, the plain body and the HTML, through the real server into the inbox.

import type { Locator } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { OWN_STRINGS } from '../support/hostile-strings.ts'
import { writeMail } from '../support/incoming-mail.ts'
import { setUpIncomingMail } from '../support/mail-site.ts'
import { newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { openStage } from './support/stage.ts'
import { watchExecution } from './support/watch-execution.ts'

const stage = openStage()
let mail: Awaited<ReturnType<typeof setUpIncomingMail>>
beforeAll(async () => {
  mail = await setUpIncomingMail(stage.server)
})

const addressOf = (index: number) => `sender-${index}@customer.example`

const write = (from: { readonly name: string; readonly address: string }, text: string) =>
  mail.deliver(writeMail({ from, to: mail.address, subject: text, text, html: text, dmarc: 'pass' }))

/** A small Markdown is drawn: its marks become form. */
const withoutMarks = (text: string): string => text.replaceAll('_', '')

/** Whether the last letters of an element stand right of the first, as they do in an address that nothing turned around. */
const readsForward = (element: Locator): Promise<boolean> =>
  element.evaluate((element) => {
    const text = element.firstChild
    const length = text?.textContent?.length ?? 0
    const leftOf = (from: number): number => {
      const range = document.createRange()
      if (text !== null) range.setStart(text, from)
      if (text !== null) range.setEnd(text, from + 1)
      return range.getBoundingClientRect().left
    }
    return leftOf(0) < leftOf(length - 1)
  })

describe('a mail that tries to run', () => {
  it('[SC4] [EM14] [EM123] stays text in the list, the thread and the mail as it came', async () => {
    for (const [index, text] of OWN_STRINGS.entries()) await write({ name: text, address: addressOf(index) }, text)
    // So high that all rows are drawn.
    const working = await newPerson(stage.browser, { viewport: { width: 1280, height: 100 * OWN_STRINGS.length } })
    const seen = await watchExecution(working, [stage.server.url, new URL(stage.server.inbox).origin])
    const inbox = await signIn(working, stage.server)
    const { page, rows, thread } = inbox
    await inbox.show('all')
    await expect.poll(() => rows.count()).toBe(OWN_STRINGS.length)
    for (const [index, written] of OWN_STRINGS.entries()) {
      const text = written.trim()
      const row = rows.nth(OWN_STRINGS.length - 1 - index)
      await row.getByRole('link').click()
      await thread.getByText(`<${addressOf(index)}>`, { exact: true }).waitFor()
      expect.soft(await row.locator('.row-name').textContent()).toBe(text)
      expect.soft(await row.locator('.row-preview').textContent()).toBe(text)
      expect.soft((await inbox.texts()).map(withoutMarks)).toEqual([withoutMarks(text)])
      const mark = await thread.locator('.mail-mark > p:not(.mail-actions)').allTextContents()
      expect.soft(mark).toEqual([`By e-mail${text}`, `From ${text} <${addressOf(index)}>`])

      await page.getByRole('button', { name: 'Show original e-mail' }).click()
      const original = page.getByRole('dialog', { name: 'Original e-mail' })
      await original.locator('iframe[srcdoc]').waitFor()
      const [from, , subject] = await original.locator('dd').allTextContents()
      expect.soft([from, subject?.trim()]).toEqual([`${text} <${addressOf(index)}>`, text])
      await original.getByRole('button', { name: 'Text' }).click()
      const words = original.getByRole('region', { name: 'Text' })
      expect.soft(withoutMarks((await words.textContent()) ?? '').trim()).toBe(withoutMarks(text))
      await page.keyboard.press('Escape')
    }
    expect(page.context().pages()).toHaveLength(1)
    expect(seen).toEqual([])
    await working.close()
  })

  it('[EM137] cannot turn its sender’s address around by the name before it', async () => {
    const address = 'moc.elpmaxe@customer.example'
    await write({ name: 'Acme support \u202e', address }, 'Who am I?')
    const inbox = await signIn(await newPerson(stage.browser), stage.server)
    await inbox.show('all')
    await inbox.openRow('Who am I?')
    await inbox.see('Who am I?')
    const shown = inbox.thread.getByText(`<${address}>`, { exact: true })
    expect(await readsForward(shown)).toBe(true)
    await inbox.page.getByRole('button', { name: 'Show original e-mail' }).click()
    const original = inbox.page.getByRole('dialog', { name: 'Original e-mail' })
    expect(await readsForward(original.getByText(`<${address}>`, { exact: true }))).toBe(true)
    await inbox.page.context().close()
  })
})
