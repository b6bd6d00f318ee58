import { describe, expect, it } from 'vitest'
import { newPerson } from './support/browser.ts'
import { followSent } from './support/sent-commands.ts'
import { openStage } from './support/stage.ts'
import { toWidget } from './support/widget-page.ts'

const stage = openStage()

describe('two tabs of one visitor', () => {
  it('[OB7, TL9] show the same thread and drain one outbox, each command sent once', async () => {
    const context = await newPerson(stage.browser)
    const pages = [await context.newPage(), await context.newPage()] as const
    const sent = [followSent(pages[0]), followSent(pages[1])] as const
    const [one, two] = [toWidget(pages[0]), toWidget(pages[1])] as const
    await one.page.goto(stage.server.demo)
    await one.open()
    await one.send('From one: first')
    await one.seeStatus('From one: first', 'stored')

    await two.page.goto(stage.server.demo)
    await two.page.bringToFront()
    await two.open()
    await two.see('From one: first')
    await two.send('From two: second')
    await one.see('From two: second')
    // Cut on its way, it would rightly be sent again.
    await two.seeStatus('From two: second', 'stored')

    // Both write while nothing can be sent; then everything leaves at once.
    await context.setOffline(true)
    await one.send('From one: third')
    await two.see('From one: third')
    await two.send('From two: fourth')
    await one.see('From two: fourth')
    await context.setOffline(false)
    await one.seeStatus('From two: fourth', 'stored')
    await two.seeStatus('From one: third', 'stored')

    const expected = ['From one: first', 'From two: second', 'From one: third', 'From two: fourth']
    expect(await one.texts()).toEqual(expected)
    expect(await two.texts()).toEqual(expected)

    const posts = [...sent[0], ...sent[1]].filter(({ kind }) => kind === 'message.post')
    expect(posts.map(({ text }) => text).toSorted()).toEqual(expected.toSorted())
    expect(new Set(posts.map(({ id }) => id)).size).toBe(expected.length)
  })
})
