// A visitor's tab: what somebody does with the widget, and what they see. The only place that knows its markup.

import type { BrowserContext, Locator, Page } from 'playwright-core'

export interface WidgetMessage {
  readonly text: string
  readonly mine: boolean
  /** The delivery state shown beside it, in words; empty where none is shown. */
  readonly status: string
}

export interface WidgetPage {
  readonly page: Page
  readonly launcher: Locator
  readonly panel: Locator
  readonly composer: Locator
  /** The messages of the thread, in order. */
  readonly messages: Locator
  open(): Promise<void>
  send(text: string): Promise<void>
  /** Resolves when a message with exactly this text is shown. */
  see(text: string): Promise<void>
  /** Resolves when the own message with this text carries this status. */
  seeStatus(text: string, status: 'stored' | 'read'): Promise<void>
  texts(): Promise<string[]>
}

/** Opens a page with the widget on it. */
export async function visit(context: BrowserContext, url: string): Promise<WidgetPage> {
  const page = await context.newPage()
  await page.goto(url)
  return toWidget(page)
}

export function toWidget(page: Page): WidgetPage {
  const launcher = page.locator('[data-part="launcher"]')
  const panel = page.locator('[data-part="panel"]')
  const composer = panel.getByRole('textbox')
  const messages = panel.locator('[data-part="message"]')
  const withText = (text: string) => messages.filter({ has: page.locator('[data-part="text"]').getByText(text, { exact: true }) })
  return {
    page,
    launcher,
    panel,
    composer,
    messages,
    async open() {
      await launcher.click()
      await composer.waitFor()
    },
    async send(text) {
      await composer.fill(text)
      await composer.press('Enter')
    },
    see: (text) => withText(text).first().waitFor(),
    async seeStatus(text, status) {
      await withText(text).and(page.locator(`[data-status="${status}"]`)).first().waitFor()
    },
    texts: () => messages.locator('[data-part="text"]').allTextContents(),
  }
}
