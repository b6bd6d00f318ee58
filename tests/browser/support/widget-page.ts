// A visitor's tab: what somebody does with the widget, and what they see. The only place that knows its markup.

import type { BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Longer than the slowest way back: a lost connection, its timeouts, a few tries. */
const PATIENCE_MS = 45_000

export type Shown = 'sending' | 'stored' | 'read' | 'failed'

export interface WidgetMessage {
  readonly text: string
  /** Of one's own messages; a group shows one status for all of its messages. */
  readonly status: Shown | null
}

export interface WidgetPage {
  readonly page: Page
  readonly launcher: Locator
  readonly panel: Locator
  readonly composer: Locator
  readonly messages: Locator
  /** Opens the panel, where it is not open. */
  open(): Promise<void>
  send(text: string): Promise<void>
  /** Resolves when a message with exactly this text is shown. */
  see(text: string): Promise<void>
  /** Resolves when the own message with this text has come at least this far. */
  seeStatus(text: string, status: 'stored' | 'read'): Promise<void>
  /** Resolves when the panel says that somebody is typing. */
  seeTyping(): Promise<void>
  /** The thread as it is shown now. */
  read(): Promise<readonly WidgetMessage[]>
  /** What is drawn: in a long thread, what is near the reader. */
  texts(): Promise<readonly string[]>
  /** From the first message on, wherever the reader is. */
  allTexts(): Promise<readonly string[]>
  /** The names of all files in the thread. */
  allFiles(): Promise<readonly string[]>
}

/** Opens a page with the widget on it. */
export async function visit(context: BrowserContext, url: string): Promise<WidgetPage> {
  const page = await context.newPage()
  await page.goto(url)
  return toWidget(page)
}

/** `frame`: where the page with the widget is framed by another. */
export function toWidget(page: Page, frame: Pick<Page, 'locator'> = page): WidgetPage {
  const host = frame.locator('pendopo-chat')
  const launcher = host.locator('button.launcher, button[aria-haspopup="dialog"], button').first()
  const panel = host.getByRole('dialog')
  const composer = panel.getByRole('textbox')
  const messages = panel.locator('.message')

  const read = (): Promise<readonly WidgetMessage[]> =>
    messages.evaluateAll((elements) => {
      const ticks: readonly Shown[] = ['sending', 'stored', 'read']
      return elements.map((element, index) => {
        // The time and status of a group stand under its last message, a failure under its own.
        const last = elements.slice(index).find((other) => other.querySelector('.meta, .failure') !== null)
        const tick = ticks.find((name) => (last?.querySelector(`.status.${name}`) ?? null) !== null) ?? null
        const status: Shown | null = element.querySelector('.failure') === null ? tick : 'failed'
        return {
          text: element.querySelector('.bubble')?.textContent ?? '',
          status: element.matches('.mine') ? status : null,
        }
      })
    })

  return {
    page,
    launcher,
    panel,
    composer,
    messages,
    async open() {
      await launcher.waitFor()
      if (!(await composer.isVisible())) await launcher.click()
      await composer.waitFor()
    },
    async send(text) {
      await composer.fill(text)
      await composer.press('Enter')
    },
    async see(text) {
      await expect
        .poll(async () => (await read()).map((message) => message.text), { timeout: PATIENCE_MS })
        .toContain(text)
    },
    async seeStatus(text, status) {
      const enough: readonly (string | null)[] = status === 'read' ? ['read'] : ['stored', 'read']
      const shown = async () => (await read()).find((message) => message.text === text)?.status ?? null
      await expect.poll(shown, { timeout: PATIENCE_MS }).toSatisfy((now: Shown | null) => enough.includes(now))
    },
    seeTyping: () => panel.locator('.typing').waitFor(),
    read,
    texts: async () => (await read()).map((message) => message.text),
    allTexts: async () => (await readAll(panel.locator('.scroller'))).texts,
    allFiles: async () => (await readAll(panel.locator('.scroller'))).files,
  }
}

/**
 * Only what is near the reader is in the document: goes up to the first message, and back to the last. A message is known
 * again by its element, which stays as long as it is drawn: texts repeat, and change when the parser of words comes.
 */
const readAll = (scroller: Locator): Promise<{ texts: readonly string[]; files: readonly string[] }> =>
  scroller.evaluate(async (element) => {
    const drawn = () => Array.from(element.querySelectorAll('.message'))
    const textsOf = (messages: readonly Element[]) =>
      messages.map((one) => one.querySelector('.bubble')?.textContent ?? '')
    /** The widget fetches them when less than this is left above. */
    const isOlderDue = () =>
      element.querySelector('.older') !== null && element.scrollHeight - element.clientHeight + element.scrollTop < 900
    const frame = () => new Promise((resolve) => void requestAnimationFrame(resolve))
    const seen = () => `${element.scrollTop} ${element.scrollHeight} ${drawn().length}`
    /** The thread draws a block a frame: it is done when some frames have changed nothing, and nothing older is due. */
    const settled = async () => {
      for (let still = 0; still < 5;) {
        const before = seen()
        await frame()
        still = seen() === before && !isOlderDue() ? still + 1 : 0
      }
    }
    const files = new Set<string>()
    const noteFiles = () => {
      for (const name of element.querySelectorAll('.file bdi')) files.add(name.textContent)
    }
    await settled()
    let [first] = drawn()
    let texts = textsOf(drawn())
    noteFiles()
    for (let former = Number.NaN; first !== undefined && element.scrollTop !== former;) {
      former = element.scrollTop
      // Half a screen: what was drawn first is still near then, however tall what comes above it.
      element.scrollTop -= element.clientHeight / 2
      await settled()
      const now = drawn()
      noteFiles()
      const known = now.indexOf(first)
      if (known === -1) throw new Error('unable to read the thread; what was drawn before is not drawn any more')
      texts = [...textsOf(now.slice(0, known)), ...texts]
      ;[first] = now
    }
    element.scrollTop = 0
    return { texts, files: [...files] }
  })
