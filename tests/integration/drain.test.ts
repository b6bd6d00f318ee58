// SIGTERM under load, as in every deployment: everybody writes, the server goes and comes back on the same data, and
// nobody has lost or doubled anything, nor waited for a back-off that had grown.

import { createChat } from '@pendopo/sdk'
import { createInbox } from '@pendopo/sdk/inbox'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'
import { until } from '../support/until.ts'

const VISITORS = 10
const ROUNDS = 2
/** All rounds together stay within a visitor's burst: nobody has to wait for a limit. */
const WRITES = 3

/** A handshake and the writing take one second, on a crowded machine eight; a back-off that has grown takes 15 to 30. */
const GREETED_WITHIN_MS = 12_000

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

it('[OP16] [OP22] a server that is stopped and started under load loses and doubles nothing, and all come back soon', async () => {
  const site = await addSite(server, 'Acme', 'https://acme.example')
  const chats = Array.from({ length: VISITORS }, () => createChat({ server: server.url, site: site.id, key: site.key }))
  const conversations = chats.map((chat) => chat.conversation())
  await Promise.all(conversations.map((conversation) => conversation.send({ text: '0' }).stored))
  const written = conversations.map(() => ['0'])
  /** How much later than this each round was: a client's tries grow apart as the server stays away, and no faster. */
  const late: number[] = []

  for (let round = 0; round < ROUNDS; round++) {
    const stored = conversations.flatMap((conversation, index) =>
      Array.from({ length: WRITES }, () => {
        const texts = written[index] ?? []
        texts.push(String(texts.length))
        return conversation.send({ text: texts.at(-1) ?? '' }).stored
      }),
    )
    await Promise.race(stored)
    const left = performance.now()
    expect(await server.stop()).toBe(0)
    await server.restart()
    const back = performance.now()
    // What was left unsent is stored: each of them has found the server again.
    await Promise.all(stored)
    late.push(performance.now() - back - (back - left))
  }
  expect(Math.max(...late)).toBeLessThan(GREETED_WITHIN_MS)

  // Somebody who was not there sees what each of them wrote, once and in order.
  const inbox = createInbox({ server: server.url })
  await inbox.signIn(server.admin)
  for (const [index, { $id }] of conversations.entries()) {
    const thread = inbox.conversation($id.get() ?? '')
    const items = await until(thread.$messages, 'all is there', (all) => all.length > (written[index]?.length ?? 0))
    expect(items.flatMap((item) => (item.type === 'message' ? [item.text] : []))).toEqual(written[index])
    // The opening is number 1, and each message the next.
    expect(items.map(({ n }) => n)).toEqual(items.map((_, at) => at + 1))
  }
  await Promise.all([...chats.map((chat) => chat.close()), inbox.close()])
}, 60_000)
