import { expect, it } from 'vitest'
import { newPerson } from './support/browser.ts'
import { followSent } from './support/sent-commands.ts'
import { openStage } from './support/stage.ts'
import { toWidget } from './support/widget-page.ts'

const stage = openStage()

it('[EM160] a conversation is opened in the language of the visitor’s browser', async () => {
  const { browser, server } = stage
  const page = await (await newPerson(browser, { locale: 'ar-EG' })).newPage()
  const sent = followSent(page)
  await page.goto(server.demo)
  const { open, send, seeStatus } = toWidget(page)
  await open()
  await send('أين طلبي؟')
  await seeStatus('أين طلبي؟', 'stored')
  expect(sent.map(({ kind, locale }) => ({ kind, locale }))).toContainEqual({
    kind: 'conversation.open',
    locale: 'ar-EG',
  })
  await page.context().close()
})
