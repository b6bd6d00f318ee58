// Two nodes as the example starts them: on Postgres and Redis, behind its balancer, with our own clients. A node and
// then Redis are killed in mid-conversation.

import { createChat } from '@pendopo/sdk'
import { createInbox } from '@pendopo/sdk/inbox'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createDatabase,
  ensurePostgres,
  startRedis,
  type Database,
  type PrivateServer,
  type Service,
} from '../../tools/services.mjs'
import { runNode, startNode, type Running } from '../support/run.ts'
import { CLI } from '../support/server.ts'
import { addSite } from '../support/sites.ts'
import { until } from '../support/until.ts'

const PROGRAM = fileURLToPath(new URL('../../examples/cluster/start.mjs', import.meta.url))
const BACK_WITHIN_MS = 5_000

const Ready = v.object({
  chat: v.string(),
  page: v.string(),
  /** The password is told once, by whoever adds the agent. */
  agent: v.object({ email: v.string(), password: v.nullable(v.string()) }),
  nodes: v.array(v.object({ pid: v.number(), port: v.number() })),
})

let postgres: Service
let database: Database
let redis: PrivateServer
let running: Running
let ready: v.InferOutput<typeof Ready>
let site: { readonly id: string; readonly key: string }

/** Two nodes behind their balancer. */
async function start(): Promise<void> {
  running = startNode([PROGRAM], { PORT: '0', DATABASE_URL: database.url, REDIS_URL: redis.url })
  ready = v.parse(Ready, JSON.parse(await running.firstLine))
}

async function stop(): Promise<void> {
  running?.child.kill('SIGTERM')
  await running?.outcome
}

beforeAll(async () => {
  postgres = await ensurePostgres()
  database = await createDatabase(postgres.url)
  redis = await startRedis()
  await start()
  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await runNode([CLI, ...args, '--database', database.url])
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  site = await addSite({ command }, 'Acme', 'https://acme.example')
}, 120_000)

afterAll(async () => {
  await stop()
  await redis?.stop()
  await database?.drop()
  await postgres?.stop()
})

const ask = async (port: number, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()

/** The nodes that have a socket of this role. */
async function nodesOf<Node extends { readonly port: number }>(role: 'visitor' | 'agent', among: readonly Node[]) {
  const pattern = new RegExp(`^pendopo_sockets\\{role="${role}"\\} [1-9]`, 'm')
  const texts = await Promise.all(among.map(({ port }) => ask(port, '/metrics')))
  return among.filter((_, index) => pattern.test(texts[index] ?? ''))
}

const textsOf = (items: readonly { readonly type: string; readonly text?: string | null }[]) =>
  items.flatMap((item) => (item.type === 'message' ? [item.text ?? ''] : []))

describe('two nodes on Postgres and Redis', () => {
  it('[OP6] start with one command behind a balancer', async () => {
    expect((await fetch(ready.page)).status).toBe(200)
    expect(await (await fetch(`${ready.chat}/health`)).json()).toMatchObject({ status: 'ok', redis: 'ok' })
    expect(ready.nodes).toHaveLength(2)
  })

  it('[CL1] [CL2] [CL3] [CL11] a visitor and an agent on different nodes talk, and go on when a node and Redis are killed', async () => {
    const inbox = createInbox({ server: ready.chat })
    await inbox.signIn({ email: ready.agent.email, password: ready.agent.password ?? '' })
    await until(inbox.$connection, 'the agent is online', (status) => status === 'online')
    const chat = createChat({ server: ready.chat, site: site.id, key: site.key })
    const theirs = chat.conversation()
    await theirs.send({ text: 'hello' }).stored
    const ours = inbox.conversation(theirs.$id.get() ?? '')
    await until(ours.$messages, 'the agent has it', (items) => textsOf(items).includes('hello'))
    const [home] = await nodesOf('visitor', ready.nodes)
    const [other] = await nodesOf('agent', ready.nodes)
    expect(home).toBeDefined()
    expect(other).toBeDefined()
    expect(home).not.toEqual(other)

    // Presence, typing, messages and read marks, from node to node.
    await until(chat.$availability, 'somebody of the team is there', (availability) => availability === 'online')
    theirs.typing()
    await until(ours.$typing, 'the visitor types', (people) => people.length > 0)
    await ours.send({ text: 'hi' }).stored
    await until(theirs.$messages, 'the answer is there', (items) => textsOf(items).includes('hi'))
    ours.markRead()
    await until(theirs.$messages, 'it was read', (items) =>
      items.some((item) => item.type === 'message' && item.text === 'hello' && item.status === 'read'),
    )

    // The visitor's node dies in mid-exchange.
    const written = { visitor: ['hello'], agent: ['hi'] }
    const write = (who: 'visitor' | 'agent', count: number) =>
      Array.from({ length: count }, () => {
        const text = `${who} ${written[who].length}`
        written[who].push(text)
        return (who === 'visitor' ? theirs : ours).send({ text }).stored
      })
    const stored = [...write('visitor', 4), ...write('agent', 4)]
    await Promise.race(stored)
    process.kill(ready.nodes.find(({ port }) => port === home?.port)?.pid ?? 0, 'SIGKILL')
    stored.push(...write('visitor', 3), ...write('agent', 4))
    await Promise.all(stored)

    // Redis dies too: the node that is left says so, serves, and is whole again soon after.
    const health = async () =>
      v.parse(v.object({ status: v.string() }), JSON.parse(await ask(other?.port ?? 0, '/health')))
    await redis.kill()
    await vi.waitUntil(async () => (await health()).status === 'degraded', { timeout: 15_000, interval: 100 })
    await Promise.all([...write('visitor', 1), ...write('agent', 1)])
    await redis.start()
    const started = Date.now()
    await vi.waitUntil(async () => (await health()).status === 'ok', { timeout: 15_000, interval: 50 })
    expect(Date.now() - started).toBeLessThan(BACK_WITHIN_MS)

    // Both sides have the same: all of it, once, each side's in the order of writing.
    const total = written.visitor.length + written.agent.length
    for (const view of [theirs, ours]) {
      const items = await until(view.$messages, 'all is there', (all) => textsOf(all).length >= total)
      const texts = textsOf(items)
      expect(texts.filter((text) => written.visitor.includes(text))).toEqual(written.visitor)
      expect(texts.filter((text) => written.agent.includes(text))).toEqual(written.agent)
      expect(texts).toHaveLength(total)
    }
    await Promise.all([chat.close(), inbox.close()])
  }, 120_000)

  it('[OP22] when a node is told to stop its visitors go on with the other, and nothing is lost or doubled', async () => {
    // One of the former two was killed.
    await stop()
    await start()
    const chats = Array.from({ length: 6 }, () => createChat({ server: ready.chat, site: site.id, key: site.key }))
    const threads = chats.map((chat) => chat.conversation())
    await Promise.all(threads.map((thread) => thread.send({ text: '0' }).stored))
    const home = (await nodesOf('visitor', ready.nodes))[0]
    const written = ['0', '1', '2', '3', '4']
    const write = (texts: readonly string[]) =>
      threads.flatMap((thread) => texts.map((text) => thread.send({ text }).stored))
    const stored = write(['1', '2'])
    await Promise.race(stored)
    process.kill(home?.pid ?? 0, 'SIGTERM')
    stored.push(...write(['3', '4']))
    await Promise.all(stored)
    expect(
      await nodesOf(
        'visitor',
        ready.nodes.filter(({ pid }) => pid !== home?.pid),
      ),
    ).toHaveLength(1)
    for (const thread of threads) {
      const items = await until(thread.$messages, 'all is there', (all) => textsOf(all).length >= written.length)
      expect(textsOf(items)).toEqual(written)
    }
    await Promise.all(chats.map((chat) => chat.close()))
  }, 120_000)
})
