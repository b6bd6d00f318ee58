// SIGKILL in the middle of an exchange, seen from both clients in Node: what was ticked is there, once and in order;
// what was not arrives. On a file, and on Postgres, which is killed as well.

import { createChat } from '@pendopo/sdk'
import { createInbox } from '@pendopo/sdk/inbox'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, startPostgres, type PrivateServer } from '../../tools/services.mjs'
import { startServer, type TestServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'
import { until } from '../support/until.ts'

/** Within a visitor's burst and an agent's, so that nobody has to wait for a limit. */
const VISITOR_WRITES = 9
const AGENT_WRITES = 25
const ROUNDS = 3
/** Ten seconds on a free machine; each round waits for clients to come back, and a crowded machine for everything. */
const CASE_TIMEOUT_MS = 240_000

let postgres: PrivateServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres?.stop())

const TITLE = 'a server killed in mid-exchange has every ticked message once and in order, and gets the rest'

it(
  `[OB9] [ST21] [CN2] ${TITLE}`,
  async () => {
    const server = await startServer()
    await exchange(
      server,
      () => server.kill(),
      () => server.restart(),
    )
    await server.close()
  },
  CASE_TIMEOUT_MS,
)

it(
  `[OB9] [ST42] on Postgres too ${TITLE}`,
  async () => {
    const { url } = await createDatabase(postgres.url)
    const server = await startServer({ database: url })
    await exchange(
      server,
      () => server.kill(),
      () => server.restart(),
    )
    await server.close()
  },
  CASE_TIMEOUT_MS,
)

it(
  '[OB9] [ST42] a Postgres killed in mid-exchange refuses until it is back, and every ticked message is there once',
  async () => {
    const { url } = await createDatabase(postgres.url)
    const server = await startServer({ database: url })
    const health = async () => (await fetch(`${server.url}/health`)).status
    expect(await health()).toBe(200)
    const kill = async () => {
      await postgres.kill()
      expect(await health()).toBe(503)
    }
    await exchange(server, kill, () => postgres.start())
    expect(await health()).toBe(200)
    await server.close()
  },
  CASE_TIMEOUT_MS,
)

/** Both sides write, round after round, while something is killed and started again under them. */
async function exchange(server: TestServer, kill: () => Promise<void>, restart: () => Promise<void>): Promise<void> {
  const site = await addSite(server, 'Acme', 'https://acme.example')
  const inbox = createInbox({ server: server.url })
  await inbox.signIn(server.admin)
  const chat = createChat({ server: server.url, site: site.id, key: site.key })
  const theirs = chat.conversation()
  await theirs.send({ text: 'hello' }).stored
  const ours = inbox.conversation(theirs.$id.get() ?? '')

  const ticks = new Map<string, number>()
  const written: { readonly visitor: string[]; readonly agent: string[] } = { visitor: ['hello'], agent: [] }
  for (let round = 0; round < ROUNDS; round++) {
    await until(chat.$connection, 'the visitor is online', (status) => status === 'online')
    await until(inbox.$connection, 'the agent is online', (status) => status === 'online')
    const stored: Promise<unknown>[] = []
    const write = (side: 'visitor' | 'agent', count: number) => {
      for (let index = 0; index < count; index++) {
        const text = `${side} ${round}.${index}`
        written[side].push(text)
        const message = (side === 'visitor' ? theirs : ours).send({ text })
        stored.push(message.stored.then(({ n }) => void ticks.set(`${side} ${message.id}`, n)))
      }
    }
    // Some of it is in the server's hands, some on its way, some not sent: the kill waits for the first tick only.
    write('visitor', 3)
    write('agent', 10)
    await Promise.race(stored)
    write('visitor', VISITOR_WRITES - 3)
    write('agent', AGENT_WRITES - 10)
    await kill()
    const ticked = [...ticks.entries()]
    await restart()
    await Promise.all(stored)
    for (const [id, n] of ticked) expect(ticks.get(id)).toBe(n)
  }

  // Both sides, and somebody who was not there, see the same.
  const total = written.visitor.length + written.agent.length
  const messages = (items: readonly { readonly type: string }[]) => items.filter(({ type }) => type === 'message')
  const fresh = createInbox({ server: server.url })
  await fresh.signIn(server.admin)
  const afterwards = fresh.conversation(theirs.$id.get() ?? '')
  await until(afterwards.$messages, 'the newest page is there', (items) => items.length > 0)
  while (afterwards.$hasOlder.get()) await afterwards.loadOlder()
  for (const view of [theirs, ours, afterwards]) {
    const items = await until(view.$messages, 'all is there', (all) => messages(all).length >= total)
    const texts = items.flatMap((item) => (item.type === 'message' ? [item.text ?? ''] : []))
    expect(texts.filter((text) => !text.startsWith('agent'))).toEqual(written.visitor)
    expect(texts.filter((text) => text.startsWith('agent'))).toEqual(written.agent)
  }
  const numbers = new Map(afterwards.$messages.get().map(({ id, n }) => [id, n]))
  for (const [key, n] of ticks) {
    const [side, id = ''] = key.split(' ')
    if (side === 'agent') expect(numbers.get(id)).toBe(n)
  }
  await Promise.all([chat.close(), inbox.close(), fresh.close()])
}
