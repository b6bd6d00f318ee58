// The examples, as somebody would try them out: start, open the page, write.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startExample } from '../support/start-example.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { visit } from './support/widget-page.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** Starts one whose agent is new, and has a password. */
async function start(name: string) {
  const { page, inbox, agent } = await startExample(name)
  return { page, inbox, admin: { ...agent, password: agent.password ?? '' } }
}

describe('the examples in a browser', () => {
  it.each(['script-tag', 'mount-express'])('[OP6] %s: the widget on its page reaches the inbox', async (name) => {
    const example = await start(name)
    const visitor = await visit(await newPerson(browser), example.page)
    await visitor.open()
    await visitor.send('Are you open on Sunday?')
    await visitor.seeStatus('Are you open on Sunday?', 'stored')
    const agent = await signIn(await newPerson(browser), example)
    await agent.show('unassigned')
    await agent.openRow('Are you open on Sunday?')
    await agent.send('From ten to four.')
    await visitor.see('From ten to four.')
  })

  it('[OP6] headless: the page of its own writes, shows the answer, and has it all after a reload', async () => {
    const example = await start('headless')
    const visitor = await newPerson(browser)
    const page = await visitor.newPage()
    await page.goto(example.page)
    await page.getByRole('textbox', { name: 'Your message' }).fill('Hello from a page of my own')
    await page.getByRole('button', { name: 'Send' }).click()
    const lines = page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
    await lines
      .filter({ hasText: 'Hello from a page of my own' })
      .filter({ hasText: /stored|read/ })
      .waitFor()

    const agent = await signIn(await newPerson(browser), example)
    await agent.show('unassigned')
    await agent.openRow('Hello from a page of my own')
    await agent.send('Good to see you')
    await lines.filter({ hasText: 'Good to see you' }).waitFor()
    await page.reload()
    await lines.filter({ hasText: 'Good to see you' }).waitFor()
    expect(await lines.count()).toBe(2)
  })
})
