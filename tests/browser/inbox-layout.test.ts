// What covers what in the inbox, as a browser lays it out.

import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectVisitor, message, newId, newToken } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { signIn, type InboxPage } from './support/inbox-page.ts'

let server: RoomyServer
let browser: Browser
let inbox: InboxPage

beforeAll(async () => {
  ;[server, browser] = await Promise.all([
    startRoomyServer({ site: 'acme', origins: [], agentName: 'Ayu Lestari' }),
    launchBrowser(),
  ])
  const visitor = await connectVisitor(server, { site: 'acme', origin: server.url, token: newToken() })
  await visitor.post(null, [
    { id: newId(), kind: 'conversation.open', data: {} },
    message('Is the big table still available, the one in the photo with the long bench?'),
  ])
  visitor.close()
  inbox = await signIn(await newPerson(browser), { inbox: server.inbox, admin: server.admin })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('it is not in sight')
  return { start: box.x, end: box.x + box.width }
}

describe('at 1280 pixels', () => {
  it('[IN24] the details stand beside the thread and not over it; where it is tight, over it', async () => {
    await inbox.show('unassigned')
    await inbox.openRow('Is the big table')
    const details = inbox.page.getByRole('button', { name: /details/i }).first()
    await details.click()
    const drawer = inbox.page.locator('.drawer')
    await drawer.waitFor()
    expect((await boxOf(drawer)).start).toBeGreaterThanOrEqual((await boxOf(inbox.composer)).end)
    await inbox.page.setViewportSize({ width: 1_100, height: 800 })
    await expect.poll(async () => (await boxOf(drawer)).start < (await boxOf(inbox.composer)).end).toBe(true)
  })
})
