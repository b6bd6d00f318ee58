// An agent's tab: what somebody does in the inbox, and what they see. The only place that knows its markup.

import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { TestServer } from '../../support/server.ts'

export interface InboxPage {
  readonly page: Page
  /** The rows of the list. */
  readonly rows: Locator
  readonly thread: Locator
  readonly composer: Locator
  show(list: 'mine' | 'unassigned' | 'all'): Promise<void>
  /** Opens the conversation whose row shows this text. */
  openRow(text: string): Promise<void>
  /** Goes to the address of a conversation, as a link from elsewhere would. */
  goTo(conversation: string): Promise<void>
  send(text: string): Promise<void>
  /** Resolves when a message with exactly this text is shown. */
  see(text: string): Promise<void>
  /** Resolves when the thread says that the contact is typing. */
  seeTyping(): Promise<void>
  texts(): Promise<string[]>
  /** The names of the files in the thread. */
  fileNames(): Promise<string[]>
}

/** Signs in with the form and waits for the lists. */
export async function signIn(context: BrowserContext, server: Pick<TestServer, 'inbox' | 'admin'>): Promise<InboxPage> {
  const page = await context.newPage()
  await page.goto(server.inbox)
  await page.getByLabel(/e-?mail/i).fill(server.admin.email)
  await page.getByLabel(/password/i).fill(server.admin.password)
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.getByRole('navigation').first().waitFor()
  return toInbox(page)
}

export function toInbox(page: Page): InboxPage {
  const rows = page.getByRole('list').getByRole('listitem')
  const thread = page.getByRole('log', { name: 'Messages' })
  const composer = page.getByRole('textbox', { name: 'Your answer' })
  const texts = thread.locator('.bubble')
  return {
    page,
    rows,
    thread,
    composer,
    async show(list) {
      const name = { mine: /^my chats/i, unassigned: /^unassigned/i, all: /^all/i }[list]
      await page.getByRole('navigation').getByRole('link', { name }).click()
    },
    async openRow(text) {
      await rows.filter({ hasText: text }).first().getByRole('link').click()
      await composer.waitFor()
    },
    async goTo(conversation) {
      const address = new URL(page.url())
      address.pathname = address.pathname.replace(/\/inbox\/.*$/, '/inbox/all')
      address.search = `?conversation=${conversation}`
      await page.goto(address.href)
      await composer.waitFor()
    },
    async send(text) {
      await composer.fill(text)
      await composer.press('Enter')
    },
    see: (text) => texts.getByText(text, { exact: true }).first().waitFor(),
    seeTyping: () =>
      page
        .getByText(/ is typing$/)
        .last()
        .waitFor(),
    texts: () => texts.allTextContents(),
    fileNames: () => thread.locator('.file bdi').allTextContents(),
  }
}
