// The examples, as somebody would try them out: start, open the page, write.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startNode, type Running } from '../support/run.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { visit } from './support/widget-page.ts'

const Ready = v.object({
  page: v.string(),
  inbox: v.string(),
  agent: v.object({ email: v.string(), password: v.string() }),
})

let browser: Browser
let folder: string
let running: Running | undefined

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-example-'))
})
afterEach(async () => {
  running?.child.kill('SIGTERM')
  await running?.outcome
  running = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Starts an example on free ports. */
async function start(name: string) {
  const program = fileURLToPath(new URL(`../../examples/${name}/start.mjs`, import.meta.url))
  running = startNode([program], { PORT: '0', PENDOPO_PORT: '0', PENDOPO_DATA: folder })
  const { page, inbox, agent } = v.parse(Ready, JSON.parse(await running.firstLine))
  return { page, inbox, admin: agent }
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
