import { describe, expect, it } from 'vitest'
import { newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { openStage } from './support/stage.ts'
import { visit } from './support/widget-page.ts'

const stage = openStage()

describe('a message written while offline', () => {
  it('[OB8] survives closing the tab, and is sent when the visitor comes back', async () => {
    const context = await newPerson(stage.browser)
    const first = await visit(context, stage.server.demo)
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
    const back = await visit(context, stage.server.demo)
    await back.open()
    await back.seeStatus('Offline 2', 'stored')
    expect(await back.texts()).toEqual(['Online', 'Offline 1', 'Offline 2'])

    const agent = await signIn(await newPerson(stage.browser), stage.server)
    await agent.show('unassigned')
    await agent.openRow('Offline 2')
    await agent.see('Offline 2')
    expect(await agent.texts()).toEqual(['Online', 'Offline 1', 'Offline 2'])
  })
})
