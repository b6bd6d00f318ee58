// Mails that try to run: what strangers write into subjects, names, bodies and names of files goes through the way in that
// mail services use, and is opened in the inbox by a real browser, as words and as it came. Nothing may happen.

import { LIMITS, type MailSettings } from '@pendopo/protocol'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasCorpora, OWN_STRINGS, readCorpora } from '../support/hostile-strings.ts'
import { connectAgent } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { signIn, type InboxPage } from './support/inbox-page.ts'
import { watchExecution } from './support/watch-execution.ts'

const SITE = 'mailed'
const RECEIVER = 'mx.acme.example'
/** One page of a thread: all of it is shown without scrolling back. */
const PER_CONVERSATION = 40

let browser: Browser
let server: RoomyServer
let inbound: { readonly url: string; readonly token: string }

beforeAll(async () => {
  ;[browser, server] = await Promise.all([
    launchBrowser(),
    startRoomyServer({ site: SITE, origins: ['https://acme.example'], agentName: 'Ayu' }),
  ])
  const agent = await connectAgent(server, server.admin)
  agent.close()
  const settings: MailSettings = {
    ...{ address: 'support@acme.example', fallback: false, delayMinutes: 1, imap: null, dkim: null },
    smtp: { host: '127.0.0.1', port: 1, security: 'none' },
    ...{ authentication: 'receiver-header', authservId: RECEIVER },
  }
  const answer = await fetch(`${server.url}/api/agent/sites/${SITE}/mail`, {
    method: 'PUT',
    headers: { cookie: agent.cookie, origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  })
  const saved = (await answer.json()) as { site: { mail: { incomingUrl: string } }; inboundToken: string }
  inbound = { url: saved.site.mail.incomingUrl, token: saved.inboundToken }
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const word = (text: string): string => `=?utf-8?B?${base64(text)}?=`
const lines = (text: string): string => base64(text).replaceAll(/.{76}/g, '$&\r\n')

let count = 0
/** A mail whose sender is beyond doubt: all mails of one sender are one conversation. */
function mailOf(sender: string, text: string, html: string): string {
  count += 1
  const part = (type: string, body: string, more = '') =>
    `--b\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n${more}\r\n${lines(body)}\r\n`
  return [
    `Authentication-Results: ${RECEIVER}; dmarc=pass header.from=shop.example`,
    // A name that shows another address makes its sender doubtful, and its mail a conversation of its own.
    `From: ${word(/.@./.test(text) ? 'Sari' : text)} <${sender}@shop.example>`,
    'To: support@acme.example',
    `Subject: ${word(text)}`,
    `Message-ID: <${count}@shop.example>`,
    'Date: Fri, 27 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    part('text/plain', `Hello ${count}\n\n${text}`),
    part('text/html', html),
    part('text/plain', 'x', `Content-Disposition: attachment; filename="${word(`${text}.txt`)}"\r\n`),
    '--b--',
    '',
  ].join('\r\n')
}

async function deliver(mail: string): Promise<void> {
  const headers = { authorization: `Bearer ${inbound.token}`, 'content-type': 'message/rfc822' }
  const { status } = await fetch(inbound.url, { method: 'POST', headers, body: mail })
  expect(status).toBe(200)
}

/** As it is compared: controls and marks of direction are not kept in one line of a head, nor is more than its limit. */
const inOneLine = (text: string): string =>
  text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, LIMITS.subjectLength / 2)

async function openMails(inbox: InboxPage, strings: readonly string[]): Promise<void> {
  const sender = `sender-${count}`
  for (const text of strings) await deliver(mailOf(sender, text, text))
  await deliver(mailOf(sender, 'All of them', strings.map((text) => `<div>${text}</div>`).join('\n')))
  await inbox.page.reload()
  await inbox.show('unassigned')
  await inbox.openRow(`Hello ${count}`)
  const subjects = inbox.thread.locator('.mail-subject')
  await expect.poll(() => subjects.count()).toBe(strings.length + 1)
  const shown = (await subjects.allTextContents()).map(inOneLine)
  // What is nothing but controls is not there, or is an ellipsis.
  const expected = strings.map((text, index) => inOneLine(text) || shown[index])
  expect(shown.slice(0, -1)).toEqual(expected)
  await inbox.thread.getByRole('button', { name: 'Show original e-mail' }).last().click()
  const dialog = inbox.page.getByRole('dialog', { name: 'Original e-mail' })
  await dialog.locator('iframe').waitFor()
  await dialog.getByRole('button', { name: 'Text', exact: true }).click()
  await dialog.getByRole('region', { name: 'Text' }).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
}

async function proveHarmless(strings: readonly string[]): Promise<void> {
  const context = await newPerson(browser)
  const seen = await watchExecution(context, [server.url])
  const inbox = await signIn(context, server)
  for (let from = 0; from < strings.length; from += PER_CONVERSATION)
    await openMails(inbox, strings.slice(from, from + PER_CONVERSATION))
  expect(seen).toEqual([])
  await context.close()
}

describe('mails that try to run', () => {
  it('[SC4, EM14, EM123] are words in subject, name, body and files, and do nothing as they came', () =>
    proveHarmless(OWN_STRINGS))

  it.runIf(hasCorpora)(
    '[SC4, EM14, EM123] do nothing: a few hundred strings of public lists (corpora)',
    { timeout: 600_000 },
    () => proveHarmless(readCorpora()),
  )
})
