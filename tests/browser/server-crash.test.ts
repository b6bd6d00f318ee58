import type { Browser } from 'playwright-core'
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

describe('a server that is killed in the middle of an exchange', () => {
  it('[E2E3] keeps every ticked message once and in order, and takes the queued ones when it is back', async () => {
    const visitor = await visit(await newPerson(browser), server.demo)
    const agent = await signIn(await newPerson(browser), server)
    await visitor.open()
    await visitor.send('Before the crash 1')
    await visitor.seeStatus('Before the crash 1', 'stored')
    await agent.show('unassigned')
    await agent.openRow('Before the crash 1')
    await agent.send('Answer before the crash')
    await visitor.see('Answer before the crash')

    // Ticked or not: these are on their way when the power goes.
    await visitor.send('Before the crash 2')
    await visitor.send('Before the crash 3')
    await server.kill()
    const ticked = (await visitor.read()).filter(({ status }) => status === 'stored' || status === 'read')
    await visitor.send('While it is down 1')
    await visitor.send('While it is down 2')
    await agent.send('Answer while it is down')
    await server.restart()

    await visitor.seeStatus('While it is down 2', 'stored')
    await agent.see('While it is down 2')
    await visitor.see('Answer while it is down')
    const mine = (texts: readonly string[]) => texts.filter((text) => !text.startsWith('Answer'))
    const expected = [
      'Before the crash 1',
      'Before the crash 2',
      'Before the crash 3',
      'While it is down 1',
      'While it is down 2',
    ]
    expect(mine(await visitor.texts())).toEqual(expected)
    // Both sides see one order, whatever it is where the two wrote at once.
    expect(await agent.texts()).toEqual(await visitor.texts())
    expect(ticked.length).toBeGreaterThan(0)

    // Nothing of it was only in somebody's memory.
    await visitor.page.reload()
    await visitor.open()
    await visitor.see('While it is down 2')
    expect(mine(await visitor.texts())).toEqual(expected)
  })
})
