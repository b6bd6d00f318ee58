#!/usr/bin/env node
// A server with its rate limits raised, in a process of its own: for benches, pictures and tests that say more in a
// second than a visitor may in a minute. Limits that are about shape (lengths, frames, batches) stay as they are.
//
//   startRoomyServer({ data, site: { id, name }, origins, agents, agentName, execArgv })   in another program
//   node tools/roomy-server.mjs '{…the same…}'                                   by itself; says so in one line of JSON

import { fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMain } from './run.mjs'

const PLENTY = 1_000_000

/** What is raised; quoted by the bench. */
export const RAISED_LIMITS = {
  postBurst: PLENTY,
  postPerSecond: PLENTY,
  agentPostBurst: PLENTY,
  agentPostPerSecond: PLENTY,
  requestsPerSecond: PLENTY,
  newConversationsPerHour: PLENTY,
  newConversationsPerHourPerAddress: PLENTY,
  socketsPerVisitor: PLENTY,
  socketsPerAddress: PLENTY,
  socketsUnauthenticated: PLENTY,
  httpPerMinute: PLENTY,
  loginsPerAccount: PLENTY,
  loginsPerAddress: PLENTY,
}

/**
 * Starts one. Resolves with where it is and who may enter: `url`, `inbox`, `page` (a page with the widget), `origin`
 * (one the site lists), `site`, `secret`, `agents` of `{ email, password }`; with `usage()`
 * of memory and CPU, and `close()`.
 */
export function startRoomyServer({ execArgv = [], ...options }) {
  const file = fileURLToPath(import.meta.url)
  const child = fork(file, [JSON.stringify(options)], { execArgv, stdio: ['ignore', 2, 2, 'ipc'] })
  const gone = new Promise((resolve) => void child.once('exit', resolve))
  const next = () => new Promise((resolve) => void child.once('message', resolve))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
    child.once('message', (ready) =>
      resolve({
        ...ready,
        usage() {
          const answer = next()
          child.send('usage')
          return answer
        },
        async close() {
          child.kill('SIGTERM')
          await gone
        },
      }),
    )
  })
}

async function serve({ data, site, origins = [], agents = 1, agentName = 'Ayu Lestari' }) {
  const { createPendopo } = await import('@pendopo/server-adapter')
  const { pino } = await import('pino')
  const database = `file:${join(data, 'pendopo.db')}`
  const logger = pino({ level: 'warn' }, pino.destination(2))
  const pendopo = await createPendopo({ database, limits: RAISED_LIMITS, demo: true, logger })
  const { port } = await pendopo.listen(0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const { secret } = await pendopo.addSite({ ...site, origins: [url, ...origins] })
  const logins = []
  for (let index = 0; index < agents; index++) {
    const email = `agent-${index + 1}@${site.id}.example`
    const { password } = await pendopo.addAgent({
      email,
      name: index === 0 ? agentName : `Agent ${index + 1}`,
      role: 'admin',
    })
    logins.push({ email, password })
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) {
    process.once(signal, () => void pendopo.close().then(() => process.exit(0)))
  }
  process.on('message', () => process.send({ memory: process.memoryUsage(), cpu: process.cpuUsage() }))
  const ready = { url, inbox: `${url}/inbox/`, page: `${url}/demo`, origin: url, site: site.id, secret, agents: logins }
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(ready)}\n`)
  else process.send(ready)
}

if (isMain(import.meta.url))
  await serve(JSON.parse(process.argv[2] ?? '{"data":"data","site":{"id":"demo","name":"Demo"}}'))
