import { describe, expect, it } from 'vitest'
import { newPerson } from './support/browser.ts'
import { signIn, toInbox } from './support/inbox-page.ts'
import { openStage } from './support/stage.ts'
import { toWidget, visit } from './support/widget-page.ts'

const stage = openStage()

describe('a visitor and an agent', () => {
  it('[TL9, TL11, WG18] exchange messages with typing and read status, and see the same thread after a reload', async () => {
    const visitor = await visit(await newPerson(stage.browser), stage.server.demo)
    const agent = await signIn(await newPerson(stage.browser), stage.server)

    await visitor.open()
    await visitor.send('Is the batik shirt there in blue?')
    await visitor.seeStatus('Is the batik shirt there in blue?', 'stored')

    await agent.show('unassigned')
    await agent.openRow('Is the batik shirt there in blue?')
    await agent.see('Is the batik shirt there in blue?')
    await visitor.seeStatus('Is the batik shirt there in blue?', 'read')

    await visitor.composer.pressSequentially('In size')
    await agent.seeTyping()
    await visitor.composer.fill('')

    await agent.composer.pressSequentially('Yes, from')
    await visitor.seeTyping()
    await agent.send('Yes, from Friday on.')
    await visitor.see('Yes, from Friday on.')
    await visitor.send('Wonderful, thank you')
    await agent.see('Wonderful, thank you')

    const said = ['Is the batik shirt there in blue?', 'Yes, from Friday on.', 'Wonderful, thank you']
    await visitor.page.reload()
    const again = toWidget(visitor.page)
    await again.open()
    await again.see('Wonderful, thank you')
    expect(await again.texts()).toEqual(said)

    await agent.page.reload()
    const agentAgain = toInbox(agent.page)
    await agentAgain.see('Wonderful, thank you')
    expect(await agentAgain.texts()).toEqual(said)
  })

  it('[CN35, WG23] the header says who answers, and whether they are there, as it changes', async () => {
    const visitor = await visit(await newPerson(stage.browser), stage.server.demo)
    await visitor.open()
    await visitor.send('Anybody there?')
    await visitor.seeStatus('Anybody there?', 'stored')
    const presence = visitor.panel.locator('.presence')
    const says = (text: RegExp) => presence.filter({ hasText: text }).waitFor({ timeout: 10_000 })

    // The visitor was there first, the agent comes.
    const agent = await signIn(await newPerson(stage.browser), stage.server)
    await agent.show('unassigned')
    await agent.openRow('Anybody there?')
    await agent.send('Yes, here')
    await visitor.see('Yes, here')
    await says(/^Online/)
    await agent.page.getByTitle(stage.server.admin.email).click()
    await agent.page.getByRole('menuitemradio', { name: /break/i }).click()
    await says(/^Away/)
    await agent.page.getByTitle(stage.server.admin.email).click()
    await agent.page.getByRole('menuitemradio', { name: /^online/i }).click()
    await says(/^Online/)
  })

  it('[SC4, WG10] a message with markup and line breaks is shown as it was written on both sides', async () => {
    const text = '<b>Bold</b> & "quoted"\n  second line {{x}} \u202eright-to-left\u202c 👩‍👩‍👧'
    const visitor = await visit(await newPerson(stage.browser), stage.server.demo)
    const agent = await signIn(await newPerson(stage.browser), stage.server)
    await visitor.open()
    await visitor.send(text)
    await agent.show('unassigned')
    await agent.openRow('<b>Bold</b>')
    await agent.thread.locator('.bubble').first().waitFor()
    expect(await agent.texts()).toEqual([text])
    expect(await visitor.allTexts()).toEqual([text])
  })
})
