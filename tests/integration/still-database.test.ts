// A database that stands still: it takes connections, and never answers. A server that is told to stop does so, and what
// was not ticked is sent to whoever comes after it.

import { execFileSync } from 'node:child_process'
import { createChat } from '@pendopo/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, startPostgres, type PrivateServer } from '../../tools/services.mjs'
import { startServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'

/** The longest statement (20 s), and what a server waits for work in hand; on a crowded machine. */
const STOPPED_WITHIN_MS = 60_000

let postgres: PrivateServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres?.stop())

/** To all its processes: each connection has one. */
function signal(name: 'STOP' | 'CONT'): void {
  const main = String(postgres.pid())
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', main], { encoding: 'utf8' }).trim().split(/\s+/)
  execFileSync('kill', [`-${name}`, main, ...children])
}

it('[OP21] a server whose Postgres stands still ends when it is told to, and what it had not ticked comes later, once', async () => {
  const { url } = await createDatabase(postgres.url)
  const server = await startServer({ database: url })
  const site = await addSite(server, 'Acme', 'https://acme.example')
  const chat = createChat({ server: server.url, site: site.id, key: site.key })
  const conversation = chat.conversation()
  await conversation.send({ text: 'before' }).stored
  signal('STOP')
  const message = conversation.send({ text: 'while it stands still' })
  const health = fetch(`${server.url}/health`).then(
    ({ status }) => status,
    () => 'cut off',
  )
  try {
    await message.queued
    // It is in the server's hands, and waits for its commit.
    const metrics = async () => (await fetch(`${server.url}/metrics`)).text()
    await expect.poll(metrics).toMatch(/^pendopo_waiting_batches [1-9]/m)
    const told = performance.now()
    await server.stop()
    expect(performance.now() - told).toBeLessThan(STOPPED_WITHIN_MS)
    expect(await health).not.toBe(200)
  } finally {
    signal('CONT')
  }
  await server.restart()
  await message.stored
  expect(conversation.$messages.get().flatMap((item) => (item.type === 'message' ? [item.text] : []))).toEqual([
    'before',
    'while it stands still',
  ])
  await chat.close()
  await server.close()
}, 180_000)
