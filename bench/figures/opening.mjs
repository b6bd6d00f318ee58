// How soon a long conversation is there: a returning visitor opens the widget on one of 10,000 messages, on a processor
// made four times slower, then scrolls up through it. In a real Chromium, with the built widget and server.

import { connectAgent, fillConversation } from '../systems/pendopo.mjs'
import { inFolder } from '../lib/folder.mjs'
import { median, significant } from '../lib/numbers.mjs'
import { startPendopo } from '../lib/start-pendopo.mjs'
import { observeOpening, scrollUp, startVisitor } from '../lib/visitor-page.mjs'

const MESSAGES = 10_000
const SLOWER = 4
const OPENINGS = 5
const REACH_MS = 200
/** Wheel turns upwards while long tasks are counted; about ten pages of older messages. */
const WHEEL_TURNS = 60

export const opening = {
  name: 'opening',
  title: 'opening a conversation of 10,000 messages, CPU 4 times slower',
  reach: `newest painted ≤ ${REACH_MS} ms after the click; no task over 50 ms while scrolling up`,

  run: ({ log }) =>
    inFolder(async (folder, defer) => {
      const server = await startPendopo(folder, defer)
      const visitor = await startVisitor(server, defer)
      const conversation = await visitor.begin()
      const agent = await connectAgent({ ...server.address, ...server.address.agents[0] })
      defer(() => agent.close())
      const last = await fillConversation({
        ...server.address,
        agent,
        token: visitor.token(),
        conversation,
        messages: MESSAGES,
      })
      log(`opening: ${MESSAGES} messages written`)

      const times = []
      const scrolls = []
      for (let round = 0; round < OPENINGS; round++) {
        const page = await visitor.comeBack({ slower: SLOWER })
        times.push(await observeOpening(page, last))
        scrolls.push(await scrollUp(page, WHEEL_TURNS))
        await page.close()
      }
      const firstPaint = significant(median(times))
      const longTasks = scrolls.flatMap((scroll) => scroll.longTasks)
      const longest = longTasks.length === 0 ? '' : ` (longest ${significant(Math.max(...longTasks))} ms)`
      const scrolled = scrolls.map(({ scrolledThrough }) => scrolledThrough)
      return {
        isReached: firstPaint <= REACH_MS && longTasks.length === 0,
        values: { firstPaint, all: times.map((time) => significant(time)), scrolls },
        text: `newest painted after ${firstPaint} ms; ${longTasks.length} long tasks${longest} while ${Math.round(median(scrolled))} px of older messages came in, in each of ${OPENINGS} rounds`,
        notes: [
          `openings: ${times.map((time) => significant(time)).join(', ')} ms, from the click on the launcher`,
          `long tasks by round: ${scrolls.map((scroll) => scroll.longTasks.length).join(', ')}`,
        ],
      }
    }),
}
