// A thread of some hundreds of messages in the widget: what is in the document, and what the reader has before their eyes.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectAgent, connectVisitor, message, newId, newToken, type PlainClient } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { toWidget, type WidgetPage } from './support/widget-page.ts'

const MESSAGES = 400
const AT_ONCE = 40
/** A few screens of short messages, and far below all of them. */
const DRAWN_AT_MOST = 100

const textOf = (index: number): string =>
  index === MESSAGES - 12
    ? `Message ${index}: see https://a.example/`
    : `Message ${index}. ${'Words that take some room in a bubble. '.repeat(index % 5)}`.trim()

let server: RoomyServer
let browser: Browser
let agent: PlainClient
let conversation: string
let widget: WidgetPage

beforeAll(async () => {
  ;[server, browser] = await Promise.all([
    startRoomyServer({ site: 'demo', origins: [], agentName: 'Ayu Lestari' }),
    launchBrowser(),
  ])
  const identity = server.signIdentity({ sub: 'reader' })
  const visitor = await connectVisitor(server, { site: 'demo', origin: server.url, token: newToken(), identity })
  agent = await connectAgent(server, server.admin)
  conversation = await visitor.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }, message(textOf(0))])
  for (let from = 1; from < MESSAGES; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, MESSAGES - from) }, (_, index) =>
      message(textOf(from + index)),
    )
    await ((from - 1) % (2 * AT_ONCE) === 0 ? agent : visitor).post(conversation, batch)
  }
  visitor.close()

  const page = await (await newPerson(browser)).newPage()
  await page.goto(server.page)
  widget = toWidget(page)
  // Before the thread has come: what it draws must not depend on which was there first.
  await widget.open()
  await page.evaluate((token) => void (window.Pendopo ??= []).push(['identify', { token }]), identity)
})
afterAll(async () => {
  agent?.close()
  await browser?.close()
  await server?.close()
})

const drawn = () => widget.messages.count()

/** Scrolls by steps of less than a screen; how far the words in the middle were off from where the scrolling alone puts them. */
const walk = (page: Page, by: number, steps: number) =>
  page.evaluate(
    async ({ by, steps }) => {
      const root = document.querySelector('pendopo-chat')?.shadowRoot
      const scroller = root?.querySelector<HTMLElement>('.scroller')
      if (!root || !scroller) throw new Error('there is no thread')
      const frames = async (count: number) => {
        for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame)
      }
      let off = 0
      let most = 0
      for (let step = 0; step < steps; step++) {
        const { top, height } = scroller.getBoundingClientRect()
        const bubble = [...scroller.querySelectorAll('.bubble')].find(
          (one) => one.getBoundingClientRect().bottom > top + height / 2,
        )
        if (!bubble) throw new Error('there is nothing in the middle of the thread')
        const before = bubble.getBoundingClientRect().top
        const from = scroller.scrollTop
        scroller.scrollTop += by
        // Where there is nothing left to scroll it moves by less.
        const moved = scroller.scrollTop - from
        await frames(4)
        off = Math.max(off, Math.abs(before - moved - bubble.getBoundingClientRect().top))
        most = Math.max(most, scroller.querySelectorAll('.message').length)
      }
      return { off, most }
    },
    { by, steps },
  )

describe('a long thread', () => {
  it('[WG18, WG26] opens at the unread line, however far up that is, and one press leads to the newest', async () => {
    // Both each time: the panel is still on its way up when the test begins.
    const top = async (of: 'log' | 'line') => {
      const found = of === 'log' ? widget.panel.getByRole('log') : widget.panel.locator('.line')
      return (await found.boundingBox())?.y ?? NaN
    }
    const below = async () => (await top('line')) - (await top('log'))
    await expect.poll(below).toBeGreaterThan(-1)
    await expect.poll(below).toBeLessThan(60)
    await widget.panel.getByRole('button', { name: 'Go to the latest message' }).click()
    await widget.see(textOf(MESSAGES - 1))
  })

  it('[WG26] is in the document a few screens at a time, and nothing jumps while older pages come in', async () => {
    const { page } = widget
    let steps = 0
    for (; steps < 40 && !(await widget.texts()).includes(textOf(0)); steps++) {
      const { off, most } = await walk(page, -300, 10)
      expect(off).toBeLessThan(1.5)
      expect(most).toBeLessThan(DRAWN_AT_MOST)
    }
    expect(await widget.texts()).toContain(textOf(0))
    expect(await widget.texts()).not.toContain(textOf(MESSAGES - 1))
    const back = await walk(page, 300, 20)
    expect(back.off).toBeLessThan(1.5)
    expect(back.most).toBeLessThan(DRAWN_AT_MOST)
  })

  it('[WG26] keys go to its ends, wherever one is', async () => {
    const { page } = widget
    const thread = widget.panel.getByRole('log')
    await thread.focus()
    await page.keyboard.press('Home')
    await expect.poll(() => widget.texts()).toContain(textOf(0))
    await page.keyboard.press('End')
    await expect.poll(() => widget.texts()).toContain(textOf(MESSAGES - 1))
    expect(await drawn()).toBeLessThan(DRAWN_AT_MOST)
    await page.keyboard.press('PageUp')
    await page.keyboard.press('PageUp')
    expect(await thread.evaluate((element) => element.matches(':focus'))).toBe(true)
  })

  it('[WG26] a new message leaves the reader where they are, and one press leads to it', async () => {
    const { page } = widget
    await page.keyboard.press('Home')
    await expect.poll(() => widget.texts()).toContain(textOf(0))
    await walk(page, 300, 6)
    const middle = await walk(page, 0, 1)
    expect(middle.off).toBeLessThan(1.5)
    const before = await widget.messages.first().boundingBox()
    await agent.post(conversation, [message('Are you still there?')])
    const pill = widget.panel.getByRole('button', { name: 'Go to the latest message' })
    await expect.poll(() => pill.textContent()).toBe('1 new')
    expect((await widget.messages.first().boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0)
    await pill.press('Enter')
    await expect.poll(() => widget.texts()).toContain('Are you still there?')
    await expect.poll(() => pill.count()).toBe(0)
    expect(await widget.panel.getByRole('log').evaluate((element) => element.matches(':focus'))).toBe(true)
    expect(await drawn()).toBeLessThan(DRAWN_AT_MOST)
  })

  it('[WG26] the focus on a link that goes out of the document stays with the thread', async () => {
    const { page } = widget
    const link = widget.panel.getByRole('link', { name: 'https://a.example/' })
    const thread = widget.panel.getByRole('log')
    await expect
      .poll(async () => {
        if ((await link.count()) === 0) await walk(page, -200, 1)
        return link.count()
      })
      .toBe(1)
    await link.focus()
    await walk(page, -300, 25)
    expect(await link.count()).toBe(0)
    expect(await thread.evaluate((element) => element.matches(':focus'))).toBe(true)
  })

  it('[WG26] a window that becomes narrow keeps the words that are being read in sight', async () => {
    const { page } = widget
    const read = () =>
      widget.panel.getByRole('log').evaluate((scroller) => {
        const { top, bottom } = scroller.getBoundingClientRect()
        return [...scroller.querySelectorAll('.bubble')]
          .filter(
            (bubble) => bubble.getBoundingClientRect().bottom > top && bubble.getBoundingClientRect().top < bottom,
          )
          .map((bubble) => bubble.textContent)
      })
    const [, words] = await read()
    await page.setViewportSize({ width: 390, height: 844 })
    await expect.poll(read).toContain(words)
    await walk(page, 0, 2)
    expect(await read()).toContain(words)
    const { off } = await walk(page, -300, 10)
    expect(off).toBeLessThan(1.5)
    await page.setViewportSize({ width: 1280, height: 800 })
  })
})
