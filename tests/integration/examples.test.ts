// Each example starts with one command and serves what its README says.

import { describe, expect, it } from 'vitest'
import { connectVisitor, message, newId, newToken } from '../support/plain-client.ts'
import { startExample } from '../support/start-example.ts'

/** A conversation of a plain client from the example's page. */
async function sayHello(chat: string, origin: string, site: string): Promise<void> {
  const visitor = await connectVisitor({ url: chat }, { site, origin, token: newToken() })
  const opened = { id: newId(), kind: 'conversation.open' as const, data: { page: { url: `${origin}/` } } }
  expect(await visitor.post(null, [opened, message('Hello')])).toBe(opened.id)
  visitor.close()
}

describe('the examples', () => {
  it('[OP6] script-tag: a shop on one origin, the chat on another', async () => {
    const { page, chat, inbox } = await startExample('script-tag')
    expect(new URL(page).origin).not.toBe(new URL(chat).origin)
    const html = await (await fetch(page)).text()
    expect(html).toContain(`src="${chat}/kopi/widget.js"`)
    expect((await fetch(`${page}/beans`)).status).toBe(200)
    expect((await fetch(`${chat}/kopi/widget.js`)).headers.get('content-type')).toContain('javascript')
    expect((await fetch(inbox)).status).toBe(200)
    await sayHello(chat, new URL(page).origin, 'kopi')
  })

  it('[OP6] headless: a page of its own on the SDK', async () => {
    const { page, chat } = await startExample('headless')
    expect(await (await fetch(page)).text()).toContain('/src/main.ts')
    expect((await fetch(`${page}/src/main.ts`)).status).toBe(200)
    await sayHello(chat, new URL(page).origin, 'headless')
  })

  it('[OP6] mount-express: the chat below /chat of an application that goes on working', async () => {
    const { page, chat, inbox } = await startExample('mount-express')
    expect(chat).toBe(`${page}/chat`)
    expect(await (await fetch(`${page}/api/hours`)).json()).toEqual({ open: '09:00', close: '17:00' })
    expect(await (await fetch(page)).text()).toContain('/chat/bengkel/widget.js')
    expect((await fetch(`${chat}/bengkel/widget.js`)).status).toBe(200)
    expect((await fetch(`${chat}/health`)).status).toBe(200)
    expect((await fetch(inbox)).status).toBe(200)
    expect((await fetch(`${page}/nothing-here`)).status).toBe(404)
  })
})
