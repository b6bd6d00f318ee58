// A visitor with a real browser, for the figures that only a browser can tell.

import { chromium } from 'playwright-core'
import { ensureChromium } from '../../tools/chromium.mjs'

const ARGS = ['--no-sandbox', '--disable-background-networking', '--disable-quic', '--no-first-run']
const VIEWPORT = { width: 1280, height: 800 }
/** Between two turns of a wheel that is turned fast. */
const TURN_MS = 50
const TURN_PIXELS = -600

/** Opens the site's page in a fresh profile; remembers the token and conversation that the widget made. */
export async function startVisitor({ address, page: pageUrl }, defer) {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ARGS })
  defer(() => browser.close())
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-GB' })
  let token = null
  let onConversation
  const conversation = new Promise((resolve) => void (onConversation = resolve))
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      if (!socket.url().startsWith(address.url.replace(/^http/, 'ws'))) return
      socket.on('framesent', ({ payload }) => {
        if (String(payload).startsWith('40/visitor,'))
          ({ token } = JSON.parse(String(payload).slice('40/visitor,'.length)))
      })
      socket.on('framereceived', ({ payload }) => {
        const json = /^43\/visitor,\d+(\[.*)$/s.exec(String(payload))?.[1]
        const id = json === undefined ? undefined : JSON.parse(json)[0]?.stream?.id
        if (id !== undefined) onConversation(id)
      })
    })
  })
  const visit = async () => {
    const page = await context.newPage()
    await page.goto(pageUrl)
    await launcherOf(page).waitFor()
    return page
  }
  return {
    token: () => token,
    /** Writes the first message and leaves; resolves with the conversation's id. */
    async begin() {
      const page = await visit()
      await launcherOf(page).click()
      const composer = page.getByRole('textbox')
      await composer.fill('Hello')
      await composer.press('Enter')
      const id = await conversation
      await page.close()
      return id
    },
    /** Comes back on a slower machine and waits until the chat has been loaded behind the launcher. */
    async comeBack({ slower }) {
      const page = await visit()
      await page.waitForLoadState('networkidle')
      const session = await context.newCDPSession(page)
      await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
      return page
    },
  }
}

const launcherOf = (page) => page.getByRole('button', { name: /chat/i }).first()

/** Clicks the launcher; milliseconds from the click to the frame that shows the text. */
export async function observeOpening(page, text) {
  await page.evaluate((wanted) => {
    const root = document.querySelector('pendopo-chat').shadowRoot
    const shows = () => {
      const last = [...root.querySelectorAll('.bubble')].at(-1)
      return last?.textContent.includes(wanted) === true && last.checkVisibility({ visibilityProperty: true })
    }
    globalThis.painted = new Promise((resolve) => {
      const onClick = ({ timeStamp }) => {
        const look = () => {
          if (!shows()) return requestAnimationFrame(look)
          // It is painted at the end of this frame; a task posted now runs right after.
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => resolve(performance.now() - timeStamp))
          port1.start()
          port2.postMessage(null)
        }
        requestAnimationFrame(look)
      }
      addEventListener('click', onClick, { capture: true, once: true })
    })
  }, text)
  await launcherOf(page).click()
  return page.evaluate(() => globalThis.painted)
}

/** Scrolls up with the wheel; how many pixels came into the thread, and the tasks over 50 ms meanwhile. */
export async function scrollUp(page, turns) {
  const log = page.getByRole('log')
  const before = await log.evaluate((element) => element.scrollHeight)
  await log.hover()
  // Last: to find the thread and to point at it, the driver runs a script of its own in the page, once and long.
  await page.evaluate(() => {
    globalThis.longTasks = []
    new PerformanceObserver((list) =>
      globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask' })
  })
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, TURN_PIXELS)
    await new Promise((resolve) => setTimeout(resolve, TURN_MS))
  }
  const after = await log.evaluate((element) => element.scrollHeight)
  return { longTasks: await page.evaluate(() => globalThis.longTasks), scrolledThrough: after - before }
}
