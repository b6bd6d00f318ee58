// Text that tries to run. Everything a stranger can write (messages, their name, page titles and addresses) and an
// agent's name goes through the real server; then both ends are opened in a real browser. Nothing may happen, and the
// text must be there as it was written.

import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasCorpora, OWN_STRINGS, readCorpora } from '../support/hostile-strings.ts'
import { connectAgent, connectVisitor, message, newId, newToken } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { hostHtml, startHostSite, type HostSite } from './support/host-page.ts'
import { signIn } from './support/inbox-page.ts'
import { toWidget } from './support/widget-page.ts'

/** One page of a thread: all of it is shown without scrolling back. */
const PER_CONVERSATION = 40

/** What the agent is called. */
const AGENT_NAME = 'Ayu <img src=x onerror=alert(1)>'

let server: RoomyServer
let browser: Browser
let host: HostSite

beforeAll(async () => {
  ;[browser, host] = await Promise.all([launchBrowser(), startHostSite()])
  server = await startRoomyServer({ site: 'hostile', origins: [host.origin], agentName: AGENT_NAME })
  host.set('/', { html: hostHtml({ server: server.url, site: 'hostile' }) })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

/** Notices every way in which text has become more than text. */
async function watchFor(context: BrowserContext): Promise<string[]> {
  const seen: string[] = []
  const ours = new Set([server.url, host.origin])
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol !== 'data:' && protocol !== 'blob:' && !ours.has(origin)) seen.push(`request ${request.url()}`)
  })
  context.on('page', (page) => {
    page.on('dialog', async (dialog) => {
      seen.push(`dialog ${dialog.message()}`)
      await dialog.dismiss()
    })
    page.on('popup', (popup) => seen.push(`popup ${popup.url()}`))
  })
  await context.exposeFunction('reportExecution', (what: string) => void seen.push(`execution ${what}`))
  await context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
      Object.defineProperty(globalThis, name, {
        value: () => void Reflect.apply(Reflect.get(globalThis, 'reportExecution'), null, [name]),
      })
    }
  })
  return seen
}

/** Every link must lead where links may lead. */
const oddLinks = (context: BrowserContext) =>
  Promise.all(
    context.pages().map((page) =>
      page.locator('a[href], area[href], form[action], iframe, object, embed, script[src]').evaluateAll((elements) =>
        elements
          .filter(
            (element) => !(element instanceof HTMLAnchorElement && /^(?:https?|mailto|tel):$/.test(element.protocol)),
          )
          .map((element) => element.outerHTML.slice(0, 200))
          .filter((html) => !/^<script[^>]+src="[^"]*\/(?:assets|hostile)\//.test(html)),
      ),
    ),
  ).then((lists) => lists.flat())

/** Sends the strings from both sides through one conversation, and opens it on both sides. */
async function exchange(strings: readonly string[]) {
  const visiting = await newPerson(browser)
  const working = await newPerson(browser)
  const seen = [await watchFor(visiting), await watchFor(working)]

  const page = await visiting.newPage()
  let token = ''
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      token ||= /^40\/visitor,.*"token":"([^"]+)"/.exec(String(payload))?.[1] ?? ''
    }),
  )
  await page.goto(`${host.origin}/`)
  const widget = toWidget(page)
  await widget.open()
  const first = `Start ${newId()}`
  await widget.send(first)
  await widget.seeStatus(first, 'stored')

  const half = Math.ceil(strings.length / 2)
  const visitor = await connectVisitor(server, { site: 'hostile', origin: host.origin, token })
  const conversation = await visitor.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }])
  await visitor.post(conversation, strings.slice(0, half).map(message))
  visitor.close()
  const agent = await connectAgent(server, server.admin)
  await agent.post(conversation, [...strings.slice(half).map(message), message('The end')])
  agent.close()

  await widget.see('The end')
  const inbox = await signIn(working, server)
  await inbox.show('all')
  await inbox.openRow('The end')
  await inbox.see('The end')
  const agentName = await widget.panel.getByRole('heading').first().textContent()
  const shown = { widget: await widget.texts(), inbox: await inbox.texts(), agent: agentName }
  const links = [...(await oddLinks(visiting)), ...(await oddLinks(working))]
  await visiting.close()
  await working.close()
  return { shown, expected: [first, ...strings, 'The end'], happened: [...seen.flat(), ...links] }
}

/** Those that fire by themselves in a page that trusts them, without leaving it. */
const FIRING = OWN_STRINGS.filter((text) => /onerror|onload|srcdoc/.test(text))

/** A small Markdown is drawn: its marks become form, everything else is there as it was written. */
const withoutMarks = (text: string): string =>
  text.replaceAll(/\[([^[\]\n]+)\]\((?:https?|mailto|tel):[^()[\]<> \n]+\)/g, '$1').replaceAll(/[*_`]/g, '')

const chunksOf = (strings: readonly string[]): (readonly string[])[] =>
  Array.from({ length: Math.ceil(strings.length / PER_CONVERSATION) }, (_, index) =>
    strings.slice(index * PER_CONVERSATION, (index + 1) * PER_CONVERSATION),
  )

async function proveHarmless(strings: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(strings)) {
    const { shown, expected, happened } = await exchange(chunk)
    expect(happened).toEqual([])
    expect(shown.inbox.map(withoutMarks)).toEqual(expected.map(withoutMarks))
    expect(shown.widget.map(withoutMarks)).toEqual(expected.map(withoutMarks))
    expect(shown.agent).toBe(AGENT_NAME)
  }
}

describe('text that tries to run', () => {
  it('is noticed by this test where it does run: a page that trusts it', async () => {
    const context = await newPerson(browser)
    const seen = await watchFor(context)
    host.set('/trusting', { html: '<!doctype html><title>t</title><body>' })
    const page = await context.newPage()
    await page.goto(`${host.origin}/trusting`)
    await page.evaluate((strings) => {
      for (const html of strings) document.body.appendChild(document.createElement('div')).innerHTML = html
    }, FIRING)
    await expect.poll(() => seen.filter((what) => what.startsWith('execution')).length).toBeGreaterThan(2)
    await context.close()
  })

  it('[SC4] stays text in messages of both sides, in the widget and in the inbox', () => proveHarmless(OWN_STRINGS))

  it('[SC4] stays text as a visitor name, a page title, a page address and an agent name', async () => {
    const working = await newPerson(browser)
    const seen = await watchFor(working)
    const conversations: string[] = []
    for (const text of OWN_STRINGS) {
      const identity = server.signIdentity({ sub: newId(), name: text.slice(0, 120) })
      const visitor = await connectVisitor(server, {
        site: 'hostile',
        origin: host.origin,
        token: newToken(),
        identity,
      })
      const url = text.length % 2 === 0 ? text : `https://acme.example/?q=${text}`
      const opened = {
        id: newId(),
        kind: 'conversation.open' as const,
        data: { page: { url, title: text, referrer: text } },
      }
      const id = await visitor.post(null, [opened, message('Hello')])
      await visitor.post(id, [
        { id: newId(), kind: 'page.view', data: { page: { url: `${url}#2`, title: `${text} 2` } } },
      ])
      visitor.close()
      conversations.push(id)
    }
    const inbox = await signIn(working, server)
    await inbox.show('unassigned')
    await inbox.rows.first().waitFor()
    const names: string[] = []
    for (const id of conversations) {
      await inbox.goTo(id)
      await inbox.see('Hello')
      names.push((await inbox.page.getByRole('heading', { level: 2 }).first().textContent()) ?? '')
    }
    expect(names.map((name) => name.trim())).toEqual(OWN_STRINGS.map((name) => name.trim()))
    expect([...seen, ...(await oddLinks(working))]).toEqual([])
    await working.close()
  })

  it.runIf(hasCorpora)('[SC4] stays text: a few hundred strings of public lists (corpora)', { timeout: 600_000 }, () =>
    proveHarmless(readCorpora()),
  )
})
