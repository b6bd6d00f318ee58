import { describe, expect, it } from 'vitest'
import { findings } from './support/axe.ts'
import { newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { openStage } from './support/stage.ts'
import { visit } from './support/widget-page.ts'

const stage = openStage()

describe.each(['light', 'dark'] as const)('in a %s colour scheme', (colorScheme) => {
  it('[WG44, IN1] axe finds nothing on the widget and the inbox', async () => {
    const visitor = await visit(
      await newPerson(stage.browser, { colorScheme, reducedMotion: 'reduce' }),
      stage.server.demo,
    )
    expect.soft(await findings(visitor.page), 'the page with the launcher').toEqual([])
    await visitor.open()
    expect.soft(await findings(visitor.page), 'the empty chat').toEqual([])
    const hello = `Hello from a ${colorScheme} page`
    await visitor.send(hello)
    await visitor.seeStatus(hello, 'stored')

    const context = await newPerson(stage.browser, { colorScheme, reducedMotion: 'reduce' })
    const login = await context.newPage()
    await login.goto(stage.server.inbox)
    await login.getByLabel(/password/i).waitFor()
    expect.soft(await findings(login), 'the login').toEqual([])
    await login.close()
    const agent = await signIn(context, stage.server)
    await agent.show('all')
    await agent.rows.first().waitFor()
    expect.soft(await findings(agent.page), 'the inbox with a list').toEqual([])
    await agent.openRow(hello)
    await agent.send('Good day, how can we help?')
    await visitor.see('Good day, how can we help?')
    expect.soft(await findings(agent.page), 'the inbox with a thread').toEqual([])
    expect.soft(await findings(visitor.page), 'the chat with a thread').toEqual([])
  })
})
