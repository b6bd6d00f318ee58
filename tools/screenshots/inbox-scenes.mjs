// The inbox's states. They build on each other: nobody has written, one has, many have.

import { LONG_DIALOGUE, MORE_NAMES, VISITORS } from './dialogues.mjs'
import { connectAgent, writeAs } from './people.mjs'

async function signIn(page, server) {
  await page.goto(server.inbox)
  await page.getByLabel(/e-?mail/i).fill(server.agents[0].email)
  await page.getByLabel(/password/i).fill(server.agents[0].password)
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.getByRole('navigation').waitFor()
}

async function showList(page, server, { device }, name) {
  await signIn(page, server)
  await page.getByRole('navigation').getByRole('link', { name }).click()
  if (device === 'phone') await page.getByRole('heading', { name }).waitFor()
}

export const inboxScenes = (server) => [
  {
    name: 'inbox-login',
    async show(page) {
      await page.goto(server.inbox)
      await page.getByLabel(/password/i).waitFor()
    },
  },
  {
    name: 'inbox-empty',
    async show(page, form) {
      await showList(page, server, form, /^all/i)
      await page.getByText(/next visitor who writes/).waitFor()
    },
  },
  {
    name: 'inbox-one',
    prepare: () => writeAs(server, { name: 'Budi Santoso', title: VISITORS[0][1], text: VISITORS[0][2] }),
    async show(page, form) {
      await showList(page, server, form, /^unassigned/i)
      await page.getByRole('listitem').first().waitFor()
    },
  },
  {
    name: 'inbox-many',
    prepare: () => fill(server),
    async show(page, form) {
      await showList(page, server, form, /^all/i)
      await page.getByRole('listitem').nth(5).waitFor()
    },
  },
  {
    name: 'inbox-account',
    async show(page) {
      await signIn(page, server)
      await page.keyboard.press('Control+k')
      await page.keyboard.type('account')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Password' }).waitFor()
    },
  },
  {
    name: 'inbox-thread',
    async show(page, form) {
      await showList(page, server, form, /^all/i)
      await page.getByRole('listitem').filter({ hasText: 'Laras' }).first().getByRole('link').click()
      await page.getByText('wonderful').last().waitFor()
      await page.mouse.move(0, 0)
    },
  },
]

/** A day at work: most still on the page, some gone, some answered. */
async function fill(server) {
  const agent = await connectAgent(server)
  for (const [index, name] of MORE_NAMES.entries()) {
    const [, title, text] = VISITORS[index % VISITORS.length]
    const visitor = await writeAs(server, { name, title, text })
    await agent.answer(visitor.conversation, 'Thank you, I will have a look and write to you today.')
    visitor.leave()
  }
  for (const [index, [name, title, text]] of VISITORS.entries()) {
    const visitor = await writeAs(server, { name, title, text })
    if (index % 4 === 3) await agent.answer(visitor.conversation, 'Of course. Which one would you like instead?')
    if (index % 5 === 4) visitor.leave()
  }
  const [[, first], ...rest] = LONG_DIALOGUE
  const laras = await writeAs(server, { name: 'Laras Hartono', title: 'Manggarai, honey', text: first })
  for (const [who, text] of rest) {
    if (who === 'visitor') await laras.say(text)
    else await agent.answer(laras.conversation, text)
  }
  agent.close()
}
