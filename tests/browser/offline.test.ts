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

describe('a message written while offline', () => {
  it('[OB8] survives closing the tab, and is sent when the visitor comes back', async () => {
    const context = await newPerson(browser)
    const first = await visit(context, server.demo)
    await first.open()
    await first.send('Online')
    await first.seeStatus('Online', 'stored')

    await context.setOffline(true)
    await first.send('Offline 1')
    await first.send('Offline 2')
    await first.see('Offline 2')
    // It says so, and means it: nothing has left.
    await first.panel.getByText(/^No connection/).waitFor()
    expect((await first.read()).at(-1)).toEqual({ text: 'Offline 2', status: 'sending' })
    await first.page.close()

    await context.setOffline(false)
    const back = await visit(context, server.demo)
    await back.open()
    await back.seeStatus('Offline 2', 'stored')
    expect(await back.texts()).toEqual(['Online', 'Offline 1', 'Offline 2'])

    const agent = await signIn(await newPerson(browser), server)
    await agent.show('unassigned')
    await agent.openRow('Offline 2')
    await agent.see('Offline 2')
    expect(await agent.texts()).toEqual(['Online', 'Offline 1', 'Offline 2'])
  })
})
