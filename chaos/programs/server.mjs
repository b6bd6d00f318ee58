// A server in a process of its own, with its rate limits raised: a visitor of the harness says in a minute what a person
// says in a week. Says where it is in one line of JSON on stdout; leaves when asked, and when its parent is gone.

import { pino } from 'pino'
import { RAISED_LIMITS } from '../../tools/roomy-server.mjs'

const { module, database, redis, port = 0, site, agents = 1, origins = [] } = JSON.parse(process.argv[2])
const { createPendopo } = await import(module)

const pendopo = await createPendopo({
  database,
  ...(redis !== undefined && { redis }),
  limits: RAISED_LIMITS,
  logger: pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true })),
})
const stop = () => void pendopo.close().then(() => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
process.stdin.resume().once('end', () => process.exit(0))

let entry = null
if (site !== undefined) {
  const { id, key, secret } = await pendopo.addSite({ id: site, name: 'Chaos', origins })
  const logins = []
  for (let index = 0; index < agents; index++) {
    const email = `agent-${index + 1}@chaos.example`
    const { password } = await pendopo.addAgent({ email, name: `Agent ${index + 1}`, role: 'admin' })
    logins.push({ email, password })
  }
  entry = { site: id, key, secret, logins }
}
const listening = await pendopo.listen(port, '127.0.0.1')
process.stdout.write(`${JSON.stringify({ pid: process.pid, port: listening.port, entry })}\n`)
