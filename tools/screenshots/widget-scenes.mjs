// The widget's states, each on a page of its own visitor.

import { connectAgent } from './people.mjs'
import { LONG_DIALOGUE } from './dialogues.mjs'

const launcher = (page) => page.getByRole('button', { name: /chat/i }).first()
const composer = (page) => page.getByRole('textbox', { name: /message/i })

async function open(page, server) {
  await page.goto(server.page)
  await launcher(page).click()
  await composer(page).waitFor()
}

async function say(page, text) {
  await composer(page).fill(text)
  await composer(page).press('Enter')
  await page.getByText(text.split('\n')[0]).first().waitFor()
}

/** Nothing is on its way: who answers now answers what was said. */
const allSent = (page) => page.locator('pendopo-chat .status.sending').waitFor({ state: 'detached' })

export const widgetScenes = (server) => [
  {
    name: 'widget-closed',
    async show(page) {
      await page.goto(server.page)
      await launcher(page).waitFor()
    },
  },
  { name: 'widget-empty', show: (page) => open(page, server) },
  {
    name: 'widget-one',
    async show(page) {
      await open(page, server)
      await say(page, LONG_DIALOGUE[0][1])
      await page.getByText('Sent', { exact: true }).first().waitFor()
    },
  },
  {
    name: 'widget-thread',
    async show(page) {
      const agent = await connectAgent(server)
      await open(page, server)
      for (const [who, text] of LONG_DIALOGUE) {
        if (who === 'visitor') {
          await say(page, text)
          await allSent(page)
        } else await agent.answer(await agent.newest(), text)
      }
      await page.getByText('wonderful').first().waitFor()
      await agent.typing(await agent.newest())
      await page.locator('pendopo-chat .typing').waitFor()
      agent.close()
    },
  },
  {
    name: 'widget-offline',
    async show(page, { context }) {
      await open(page, server)
      await say(page, LONG_DIALOGUE[0][1])
      await page.getByText('Sent', { exact: true }).first().waitFor()
      await context.setOffline(true)
      await say(page, 'Two please. Can I pick them up in the shop?')
      await page
        .getByText(/No connection/)
        .first()
        .waitFor({ timeout: 60_000 })
    },
  },
]
