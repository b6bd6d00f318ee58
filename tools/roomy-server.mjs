#!/usr/bin/env node
// A server with its rate limits raised, in a process of its own: for benches, pictures and tests that say more in a
// second than a visitor may in a minute. Limits that are about shape (lengths, frames, batches) stay as they are.
//
//   startRoomyServer({ data, database, redis, site: { id, name }, origins, agents, agentName, limits, execArgv })   in another program
//   node tools/roomy-server.mjs '{…the same…}'                                   by itself; says so in one line of JSON

import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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
  newConversationsPerHourPerSite: PLENTY,
  httpPerMinute: PLENTY,
  httpPerMinutePerAddress: PLENTY,
  loginsPerAccount: PLENTY,
  loginsPerAccountAnywhere: PLENTY,
  loginsPerAddress: PLENTY,
  uploadsPerHour: PLENTY,
  uploadsPerHourPerAddress: PLENTY,
}

/**
 * Starts one. Resolves with where it is and who may enter: `url`, `inbox`, `page` (a page with the widget), `origin`
 * (one the site lists), `site`, `key`, `secret`, `agents` of `{ email, password }`; with `usage()` of memory and CPU,
 * which rejects where the server has ended, `kill()` (SIGKILL) and `close()`. On the same `data` it is the same
 * installation again; `port` makes it the same address.
 */
export function startRoomyServer({ execArgv = [], ...options }) {
  const file = fileURLToPath(import.meta.url)
  const child = fork(file, [JSON.stringify(options)], { execArgv, stdio: ['ignore', 2, 2, 'ipc'] })
  const gone = new Promise((resolve) => void child.once('exit', resolve))
  const usage = () =>
    new Promise((resolve, reject) => {
      const onExit = (code, signal) => reject(new Error(`the server ended with ${signal ?? code}`))
      child.once('exit', onExit)
      child.once('message', (answer) => {
        child.off('exit', onExit)
        resolve(answer)
      })
      child.send('usage', (error) => error !== null && reject(error))
    })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
    child.once('message', (ready) =>
      resolve({
        ...ready,
        usage,
        async kill() {
          child.kill('SIGKILL')
          await gone
        },
        async close() {
          child.kill('SIGTERM')
          await gone
        },
      }),
    )
  })
}

/** The site and the agents: made the first time, and written down in the folder for the next. */
async function ensureInstallation(pendopo, { data, database, site, origins, agents, agentName, url }) {
  const name = createHash('sha256').update(database).digest('hex').slice(0, 8)
  const file = join(data, `roomy-${name}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const { key, secret } = await pendopo.addSite({ ...site, origins: [url, ...origins] })
  const logins = []
  for (let index = 0; index < agents; index++) {
    const email = `agent-${index + 1}@${site.id}.example`
    const name = index === 0 ? agentName : `Agent ${index + 1}`
    const { password } = await pendopo.addAgent({ email, name, role: 'admin' })
    logins.push({ email, password })
  }
  const made = { key, secret, agents: logins }
  writeFileSync(file, JSON.stringify(made))
  return made
}

async function serve({
  data,
  database = `file:${join(data, 'pendopo.db')}`,
  redis,
  site,
  origins = [],
  agents = 1,
  agentName = 'Ayu Lestari',
  port: wanted = 0,
  limits = RAISED_LIMITS,
}) {
  const { createPendopo } = await import('@pendopo/server-adapter')
  const { pino } = await import('pino')
  const logger = pino({ level: 'warn' }, pino.destination(2))
  const pendopo = await createPendopo({ database, ...(redis !== undefined && { redis }), limits, demo: true, logger })
  const { port } = await pendopo.listen(wanted, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const made = await ensureInstallation(pendopo, { data, database, site, origins, agents, agentName, url })
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) {
    process.once(signal, () => void pendopo.close().then(() => process.exit(0)))
  }
  process.on('message', () => {
    // With --expose-gc, what is only waiting to be collected does not count.
    globalThis.gc?.()
    process.send({ memory: process.memoryUsage(), cpu: process.cpuUsage() })
  })
  const ready = { url, inbox: `${url}/inbox/`, page: `${url}/demo`, origin: origins[0] ?? url, site: site.id, ...made }
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(ready)}\n`)
  else process.send(ready)
}

if (isMain(import.meta.url))
  await serve(JSON.parse(process.argv[2] ?? '{"data":"data","site":{"id":"demo","name":"Demo"}}'))
