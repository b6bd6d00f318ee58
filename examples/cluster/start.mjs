// Starts Postgres, Redis, two nodes and a balancer in front of them; ends them all when it ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ensurePostgres, ensureRedis } from '../../tools/services.mjs'
import { createBalancer } from './balancer.mjs'

const { PORT = '8796' } = process.env

const [postgres, redis] = [await ensurePostgres(), await ensureRedis()]
const { server, add } = createBalancer()
server.listen(Number(PORT))
await once(server, 'listening')
const chat = `http://localhost:${server.address().port}`

/** A process of its own; resolves with what it says when it is ready. */
async function startNode() {
  const env = { ...process.env, DATABASE_URL: postgres.url, REDIS_URL: redis.url, PORT: '0', PAGE: chat }
  const child = spawn(process.execPath, [fileURLToPath(new URL('node.mjs', import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(() => ['{}'])
  const [line] = await Promise.race([once(lines, 'line'), ended])
  const { port, password } = JSON.parse(line)
  if (port !== undefined) add(port)
  return { child, pid: child.pid, port, password }
}

// One after the other: the first makes the tables, the site and the agent.
const nodes = [await startNode(), await startNode()]
const password = nodes[0].password ?? null

console.log(
  JSON.stringify({
    page: `${chat}/demo`,
    chat,
    inbox: `${chat}/inbox/`,
    agent: { email: 'ayu@kopi.example', password },
    nodes: nodes.map(({ pid, port }) => ({ pid, port })),
  }),
)

async function stop() {
  const running = nodes.filter(({ child }) => child.exitCode === null && child.signalCode === null)
  for (const { child } of running) child.kill('SIGTERM')
  await Promise.all(running.map(({ child }) => once(child, 'exit')))
  server.close()
  server.closeAllConnections()
  await Promise.all([postgres.stop(), redis.stop()])
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
