// Text that tries to run. Everything a stranger can write (messages, files' names and captions, their own name, id and
// other claims, page titles, addresses and referrers) and an agent's name goes through the real server; then both ends
// are opened in a real browser. Nothing may happen, and the text must be there as it was written.

import { LIMITS, type Command } from '@pendopo/protocol'
import { Uploaded } from '@pendopo/protocol/schemas'
import type { Browser, BrowserContext } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toFileName } from '../../packages/server-adapter/src/files/file-name.ts'
import { hasCorpora, OWN_STRINGS, readCorpora } from '../support/hostile-strings.ts'
import { connectAgent, connectVisitor, message, newId, newToken } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { hostHtml, startHostSite, type HostSite } from './support/host-page.ts'
import { signIn } from './support/inbox-page.ts'
import { watchExecution } from './support/watch-execution.ts'
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
  host.set('/', { body: hostHtml({ server: server.url, site: 'hostile' }) })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

const watchFor = (context: BrowserContext) => watchExecution(context, [server.url, host.origin])

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

/** As much of it as fits, in whole characters. */
const cut = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
const toName = (text: string): string => cut(text, LIMITS.nameLength)

/** What a file is called here, before the server has made a safe name of it. */
const toTypedName = (text: string): string => `${toName(text)}.txt`

/** Messages, each the caption of a file that is called like it. */
async function captions(texts: readonly string[], path: string, headers: Record<string, string>) {
  const commands: Command[] = []
  for (const text of texts) {
    const url = `${server.url}${path}?name=${encodeURIComponent(toTypedName(text))}`
    const response = await fetch(url, { method: 'POST', headers, body: 'x' })
    const { id } = v.parse(Uploaded, await response.json()).file
    commands.push({ id: newId(), kind: 'message.post', data: { text, attachments: [{ id }] } })
  }
  return commands
}

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
  const asVisitor = { origin: host.origin, authorization: `Bearer ${token}` }
  await visitor.post(conversation, await captions(strings.slice(0, half), '/hostile/files', asVisitor))
  visitor.close()
  const agent = await connectAgent(server, server.admin)
  const asAgent = { origin: server.url, cookie: agent.cookie }
  const answers = await captions(strings.slice(half), '/api/agent/files', asAgent)
  await agent.post(conversation, [...answers, message('The end')])
  agent.close()

  await widget.see('The end')
  const inbox = await signIn(working, server)
  await inbox.show('all')
  await inbox.openRow('The end')
  await inbox.see('The end')
  const names = new Set(strings.map((text) => toFileName(toTypedName(text)).name))
  await expect.poll(async () => new Set(await inbox.fileNames())).toEqual(names)
  await widget.panel.locator('.file bdi').first().waitFor()
  const agentName = await widget.panel.getByRole('heading').first().textContent()
  const shown = { widget: await widget.allTexts(), inbox: await inbox.texts(), agent: agentName }
  expect(new Set(await widget.allFiles())).toEqual(names)
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

/** Somebody whose name, id, further claims and pages are this text says hello; resolves with the conversation. */
async function introduce(text: string): Promise<string> {
  const name = toName(text)
  const identity = server.signIdentity({ sub: `${cut(text, 80)} ${newId()}`, name, plan: text, attributes: { text } })
  const visitor = await connectVisitor(server, { site: 'hostile', origin: host.origin, token: newToken(), identity })
  const url = text.length % 2 === 0 ? text : `https://acme.example/?q=${text}`
  const view = (more: string): Command => ({
    id: newId(),
    kind: 'page.view',
    data: {
      page: {
        url: cut(`${url}${more}`, LIMITS.urlLength),
        title: cut(`${text}${more}`, LIMITS.titleLength),
        referrer: cut(text, LIMITS.urlLength),
      },
    },
  })
  const id = await visitor.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }, message('Hello')])
  await visitor.post(id, [view(''), view('#2')])
  visitor.close()
  return id
}

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
    host.set('/trusting', { body: '<!doctype html><title>t</title><body>' })
    const page = await context.newPage()
    await page.goto(`${host.origin}/trusting`)
    await page.evaluate((strings) => {
      for (const html of strings) document.body.appendChild(document.createElement('div')).innerHTML = html
    }, FIRING)
    await expect.poll(() => seen.filter((what) => what.startsWith('execution')).length).toBeGreaterThan(2)
    await context.close()
  })

  it('[SC4] stays text in messages of both sides, in the widget and in the inbox', () => proveHarmless(OWN_STRINGS))

  it('[SC4] stays text as a visitor name, id and claim, a page title, address and referrer', async () => {
    const working = await newPerson(browser)
    const seen = await watchFor(working)
    const conversations: string[] = []
    for (const text of OWN_STRINGS) conversations.push(await introduce(text))
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

  it('[SC4] is no e-mail address: an identity that says so is refused', async () => {
    for (const email of OWN_STRINGS) {
      const identity = server.signIdentity({ sub: newId(), email })
      const joining = connectVisitor(server, { site: 'hostile', origin: host.origin, token: newToken(), identity })
      await expect(joining, email).rejects.toThrow()
    }
  })

  it.runIf(hasCorpora)('[SC4] stays text: a few hundred strings of public lists (corpora)', { timeout: 900_000 }, () =>
    proveHarmless(readCorpora()),
  )

  it.runIf(hasCorpora)(
    '[SC4] stays text: the same as names, claims and pages (corpora)',
    { timeout: 900_000 },
    async () => {
      // So high that the newest rows of the list are all drawn.
      const working = await newPerson(browser, { viewport: { width: 1280, height: 100 * PER_CONVERSATION } })
      const seen = await watchFor(working)
      const inbox = await signIn(working, server)
      const names = inbox.rows.locator('.row-name bdi')
      for (const chunk of chunksOf(readCorpora())) {
        const made: string[] = []
        for (const text of chunk) made.push(await introduce(text))
        await inbox.goTo(made.at(-1) ?? '')
        await inbox.see('Hello')
        const expected = chunk.map((text) => toName(text).trim()).toReversed()
        await expect
          .poll(async () => (await names.allTextContents()).slice(0, chunk.length).map((name) => name.trim()))
          .toEqual(expected)
        expect([...seen, ...(await oddLinks(working))]).toEqual([])
      }
      await working.close()
    },
  )
})
