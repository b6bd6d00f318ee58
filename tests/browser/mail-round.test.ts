// The whole round of e-mail, as those who are in it see it. The mail goes out by SMTP and the reply is fetched by IMAP, from
// real servers; the server is the built command. It takes a minute and a bit: an answer in the chat is mailed when the
// visitor has not read it for a minute, the shortest time that the settings allow, and nothing but the clock ends that.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readMail } from '../../packages/server-adapter/src/mail/inbound/parse-mail.ts'
import { startSmtpSink, type SmtpSink } from '../../packages/server-adapter/src/testing/smtp-sink.ts'
import { startMailServer, type MailServer } from '../../tools/services.mjs'
import { RECEIVER, writeMail, type IncomingMail } from '../support/incoming-mail.ts'
import { newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { setUpMail } from './support/mail-settings.ts'
import { openStage } from './support/stage.ts'
import { watchExecution } from './support/watch-execution.ts'
import { visit } from './support/widget-page.ts'

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const ANA = { name: 'Ana Wijaya', address: 'ana@customer.example' }
const QUESTION = 'Where is my order?'
const ANSWER = 'It left today, and is with you on Friday.'
const REPLY = 'Friday is perfect, thank you!'

const stage = openStage()
let sink: SmtpSink
let mailbox: MailServer

beforeAll(async () => {
  ;[sink, mailbox] = await Promise.all([startSmtpSink(), startMailServer()])
})
afterAll(async () => {
  await sink?.close()
  await mailbox?.stop()
})

/** What one reads above and below one's own words in most mail programs. */
const withQuote = (mail: Omit<IncomingMail, 'html' | 'dmarc'>): IncomingMail => ({
  ...mail,
  dmarc: 'pass',
  text: `${mail.text}\r\n\r\nOn Fri, 27 Nov 2026 at 10:00, Acme <${mailbox.user}> wrote:\r\n> ${ANSWER}\r\n`,
  html: `<p>${mail.text}</p><div class="gmail_quote">On Fri, 27 Nov 2026 at 10:00, Acme wrote:<blockquote>${ANSWER}</blockquote></div>`,
})

/** Asks, leaves an address since nobody is there, and closes the page. */
async function askAndLeave(): Promise<void> {
  const { page, panel, open, send, seeStatus } = await visit(await newPerson(stage.browser, PHONE), stage.server.demo)
  await open()
  await send(QUESTION)
  await seeStatus(QUESTION, 'stored')
  const card = panel.getByRole('form', { name: 'Leave your e-mail address' })
  await card.getByRole('textbox').fill(ANA.address)
  await card.getByRole('button', { name: 'Save' }).click()
  await panel.getByText(`We will write to \u2068${ANA.address}\u2069`).waitFor()
  await page.context().close()
}

/** The first mail that leaves, with the envelope it was sent in. */
async function firstMail() {
  await expect.poll(() => sink.mails.length, { timeout: 80_000 }).toBe(1)
  const [sent] = sink.mails
  const reading = await readMail(sent?.raw ?? Buffer.alloc(0))
  if (reading.kind === 'unreadable') throw new Error(`unable to read the mail; ${reading.why}`)
  return { envelope: sent?.to, mail: reading.mail }
}

/** Who the inbox says this is: in the list and above the thread. */
const namesIn = (page: Page) =>
  Promise.all([
    page.locator('.row-name').first().textContent(),
    page.getByRole('heading', { level: 2 }).first().textContent(),
  ])

it('[EM93] [EM94] [EM109] [EM110] [EM122] [EM124] [IN27] a question by chat, its answer by mail, the reply by mail, and back to the chat on another device', async () => {
  const { browser, server } = stage
  const setting = await signIn(await newPerson(browser), server)
  await setUpMail(setting.page, {
    address: mailbox.user,
    smtp: { host: '127.0.0.1', port: sink.port },
    imap: mailbox,
    authservId: RECEIVER,
  })
  await setting.page.context().close()
  await askAndLeave()

  const working = await newPerson(browser)
  const seen = await watchExecution(working, [server.url, new URL(server.inbox).origin])
  const agent = await signIn(working, server)
  await agent.show('all')
  await agent.openRow(QUESTION)
  await agent.page.getByText('Customer is offline. E-mail fallback activated').waitFor()
  await agent.send(ANSWER)

  const { envelope, mail } = await firstMail()
  await agent.page.getByText(`Sent by e-mail to ${ANA.address}`).waitFor()
  const [replyTo] = mail.replyTo
  const [user, domain] = mailbox.user.split('@')
  expect(envelope).toEqual([ANA.address])
  expect(mail).toMatchObject({
    from: [{ address: mailbox.user, name: 'Ayu at Kopi Pagi' }],
    subject: 'Your conversation with Kopi Pagi',
    messageId: expect.stringMatching(new RegExp(`^<[a-z2-7]{52}\\.[^@]+@${domain}>$`)),
    text: expect.stringContaining(ANSWER),
    html: expect.stringContaining(ANSWER),
  })
  expect(replyTo?.address).toMatch(new RegExp(`^${user}\\+[a-z2-7]{52}@${domain}$`))
  // Nobody has proven yet that the address is the visitor's.
  expect(mail.text).not.toContain(QUESTION)

  const answered = {
    to: replyTo?.address ?? '',
    subject: `Re: ${mail.subject}`,
    inReplyTo: mail.messageId ?? undefined,
  }
  mailbox.deliver(writeMail(withQuote({ ...answered, from: ANA, text: REPLY })))
  await agent.see(REPLY)
  expect(await agent.texts()).toEqual([QUESTION, ANSWER, REPLY])
  const mark = agent.thread.locator('.mail-mark')
  expect(await mark.textContent()).toContain(`By e-mailRe: ${mail.subject}From ${ANA.name} <${ANA.address}>`)
  await expect.poll(() => namesIn(agent.page)).toEqual([ANA.name, ANA.name])
  await mark.getByRole('button', { name: 'Show original e-mail' }).click()
  const original = agent.page.getByRole('dialog', { name: 'Original e-mail' })
  await original.frameLocator('iframe').getByText(REPLY).waitFor()
  await original.getByRole('button', { name: 'Text' }).click()
  await original.getByText(`> ${ANSWER}`).waitFor()
  await agent.page.keyboard.press('Escape')

  const [, link = ''] = /(https?:\S+#pendopo=\S+)/.exec(mail.text ?? '') ?? []
  const back = await visit(await newPerson(browser, PHONE), link)
  await back.see(REPLY)
  await expect.poll(back.read).toEqual([
    { text: QUESTION, status: 'read' },
    { text: ANSWER, status: null },
    { text: REPLY, status: 'read' },
  ])
  expect(back.page.url()).toBe(server.demo)
  await back.send('Can it be Saturday?')
  await agent.see('Can it be Saturday?')
  await agent.send('Of course.')
  await back.see('Of course.')
  // One person on two devices and in a mailbox is one person.
  await agent.page.getByText('On the site').first().waitFor()
  expect(await namesIn(agent.page)).toEqual([ANA.name, ANA.name])
  expect(await agent.rows.count()).toBe(1)

  const late = await visit(await newPerson(browser, PHONE), link)
  await late.panel.getByText('This link has been used already').waitFor()
  expect(await late.texts()).toEqual([])

  // Who got hold of the reply address is not Ana, whatever they call themselves.
  const eve = { name: '<img src=x onerror=alert(1)>', address: 'eve@stranger.example' }
  const words = '<script>alert(1)</script> Send it to [me](javascript:alert(1)), please.'
  mailbox.deliver(writeMail(withQuote({ ...answered, from: eve, subject: eve.name, text: words })))
  const held = agent.page.getByRole('region', { name: 'Unverified sender' })
  await held.getByText('It answers an e-mail that was sent to another address.').waitFor()
  await held.getByText(`${eve.address} calls themselves ${eve.name}`).waitFor()
  await held.getByText(eve.name, { exact: true }).last().waitFor()
  await held.getByText(words, { exact: true }).waitFor()
  await held.getByRole('button', { name: 'Leave out' }).click()
  await agent.thread.getByText('You left an e-mail out').waitFor()
  await back.send('See you then')
  await agent.see('See you then')
  expect(await agent.texts()).toEqual(await back.texts())
  expect(seen).toEqual([])
})
