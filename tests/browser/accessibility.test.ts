import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { visit } from './support/widget-page.ts'

let server: TestServer
let browser: Browser

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** What axe finds, one line each: rule, where, why. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    // oxlint-disable-next-line typescript/no-explicit-any
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    })
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => `${JSON.stringify(target)} ${failureSummary ?? ''}`),
    }))
  })
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node}`))
}

describe.each(['light', 'dark'] as const)('in a %s colour scheme', (colorScheme) => {
  it('[WG44, IN1] axe finds nothing on the widget and the inbox', async () => {
    const visitor = await visit(await newPerson(browser, { colorScheme, reducedMotion: 'reduce' }), server.demo)
    expect.soft(await findings(visitor.page), 'the page with the launcher').toEqual([])
    await visitor.open()
    expect.soft(await findings(visitor.page), 'the empty chat').toEqual([])
    const hello = `Hello from a ${colorScheme} page`
    await visitor.send(hello)
    await visitor.seeStatus(hello, 'stored')

    const context = await newPerson(browser, { colorScheme, reducedMotion: 'reduce' })
    const login = await context.newPage()
    await login.goto(server.inbox)
    await login.getByLabel(/password/i).waitFor()
    expect.soft(await findings(login), 'the login').toEqual([])
    await login.close()
    const agent = await signIn(context, server)
    await agent.show('all')
    await agent.rows.first().waitFor()
    expect.soft(await findings(agent.page), 'the inbox with a list').toEqual([])
    await agent.openRow(hello)
    await agent.send('Good day, how can we help?')
    await visitor.see('Good day, how can we help?')
    expect.soft(await findings(agent.page), 'the inbox with a thread').toEqual([])
    expect.soft(await findings(visitor.page), 'the chat with a thread').toEqual([])
  })
})
