// A visitor in a real page, whose diary is kept outside of the browser.

import { readDatabase } from './read-database.mjs'
import { wait } from './wait.mjs'

const SETTLE_MS = 30_000

/** Lets the pages of a context write into a diary: `entries` by id. */
export async function keepDiary(context, name) {
  const entries = new Map()
  await context.exposeFunction('diary', ({ id, ...news }) => {
    entries.set(id, { queued: false, n: null, failed: null, ...entries.get(id), id, ...news })
  })
  return {
    /** What was promised, in sending order: the ids are made in that order, but by several tabs. */
    toClient: (tab) => ({
      name: `${name} ${tab}`,
      side: 'visitor',
      sent: [...entries.values()].filter(({ text }) => text.startsWith(`${tab} `)).sort(byText),
      views: [],
    }),
    queued: () => [...entries.values()].filter(({ queued }) => queued),
  }
}

const numberOf = ({ text }) => Number(/(\d+)$/.exec(text)?.[1] ?? 0)
const byText = (one, other) => numberOf(one) - numberOf(other)

/** Opens a page of the visitor's; resolves when it can be talked to. */
export async function openVisitor(context, { page: pageUrl, server }) {
  const page = await context.newPage()
  await page.goto(`${pageUrl}/?server=${encodeURIComponent(server)}`)
  await page.waitForFunction(() => globalThis.visitor !== undefined)
  return {
    page,
    say: (text) => page.evaluate((words) => globalThis.visitor.say(words), text),
    sayAll: (texts) => page.evaluate((all) => all.forEach((words) => globalThis.visitor.say(words)), texts),
    shown: () => page.evaluate(() => globalThis.visitor.shown()),
    persistence: () => page.evaluate(() => globalThis.visitor.persistence()),
    conversation: () => page.evaluate(() => globalThis.visitor.conversation()),
    online: () => page.waitForFunction(() => globalThis.visitor.status() === 'online', null, { timeout: 60_000 }),
    /** Waits until it shows what is stored; what it shows instead is judged later. */
    async settled(database) {
      const conversation = await page.evaluate(() => globalThis.visitor.conversation())
      for (const late = Date.now() + SETTLE_MS; Date.now() < late; await wait(100)) {
        const log = (await readDatabase(database)).get(conversation) ?? []
        const stored = log.filter(({ kind }) => kind === 'message.posted').map(({ id }) => id)
        const shown = await page.evaluate(() => globalThis.visitor.shown().map(({ id }) => id))
        if (shown.length > 0 && shown.join() === stored.slice(-shown.length).join()) return
      }
    },
    emptied: () =>
      page.waitForFunction(
        () => {
          const shown = globalThis.visitor.shown()
          return shown.length > 0 && shown.every(({ n }) => n !== null)
        },
        null,
        { timeout: 60_000 },
      ),
  }
}
