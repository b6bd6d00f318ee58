import { describe, expect, it } from 'vitest'
import { newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { openStage } from './support/stage.ts'
import { visit } from './support/widget-page.ts'

/** Each kill meets the exchange at another moment. */
const KILLS = 3

const stage = openStage()

const isOfVisitor = (text: string): boolean => text.startsWith('Visitor')
const isOfAgent = (text: string): boolean => text.startsWith('Agent')

describe('a server that is killed in the middle of an exchange', () => {
  it('[OB9] keeps every ticked message once and in order, and takes the queued ones when it is back', async () => {
    const visitor = await visit(await newPerson(stage.browser), stage.server.demo)
    const agent = await signIn(await newPerson(stage.browser), stage.server)
    await visitor.open()
    await visitor.send('Visitor 0')
    await visitor.seeStatus('Visitor 0', 'stored')
    await agent.show('unassigned')
    await agent.openRow('Visitor 0')
    const said = { visitor: ['Visitor 0'], agent: [] as string[] }
    const saysVisitor = async (): Promise<string> => {
      const text = `Visitor ${said.visitor.length}`
      said.visitor.push(text)
      await visitor.send(text)
      return text
    }
    const saysAgent = async (): Promise<string> => {
      const text = `Agent ${said.agent.length}`
      said.agent.push(text)
      await agent.send(text)
      return text
    }

    const ticked = new Set<string>()
    const noteTicks = async (): Promise<void> => {
      for (const { text, status } of await visitor.read())
        if (status === 'stored' || status === 'read') ticked.add(text)
    }
    for (let round = 0; round < KILLS; round++) {
      await visitor.see(await saysAgent())
      // On their way when the power goes: ticked or not, nobody knows.
      await saysVisitor()
      await saysAgent()
      if (round > 0) await saysVisitor()
      await noteTicks()
      await stage.server.kill()
      await noteTicks()
      await saysVisitor()
      await saysAgent()
      await stage.server.restart()
      // The agent answers on: what was queued arrives with what comes later.
      await agent.see(await saysVisitor())
      await visitor.see(said.agent.at(-1) ?? '')
    }

    const last = said.visitor.at(-1) ?? ''
    await visitor.seeStatus(last, 'stored')
    const seen = await visitor.allTexts()
    expect(seen.filter(isOfVisitor)).toEqual(said.visitor)
    expect(seen.filter(isOfAgent)).toEqual(said.agent)
    expect([...ticked].every((text) => seen.includes(text))).toBe(true)
    // One order for both, whatever it is where the two wrote at once.
    expect(await agent.texts()).toEqual(seen)

    // Nothing of it was only in somebody's memory.
    await visitor.page.reload()
    await visitor.open()
    await visitor.see(last)
    expect(await visitor.allTexts()).toEqual(seen)
  })
})
