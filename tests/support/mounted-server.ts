// The server inside an Express application, below /chat, in this process: what `mount-express` shows, for tests.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPendopo } from '@pendopo/server-adapter'
import express from 'express'
import { pino } from 'pino'

/** Starts one with a site that lists `https://acme.example`, and an admin. */
export async function startMountedServer() {
  const folder = mkdtempSync(join(tmpdir(), 'pendopo-mounted-'))
  const pendopo = await createPendopo({
    database: `file:${join(folder, 'pendopo.db')}`,
    basePath: '/chat',
    logger: pino({ level: 'silent' }),
  })
  const app = express()
  app.use('/chat', pendopo.handler)
  app.get('/', (_request, response) => void response.send('the shop'))
  const server = createServer(app)
  pendopo.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('a server without a port')
  const site = await pendopo.addSite({ id: 'acme', name: 'Acme', origins: ['https://acme.example'] })
  const { agent, password } = await pendopo.addAgent({ email: 'ayu@acme.example', name: 'Ayu', role: 'admin' })
  return {
    shop: `http://127.0.0.1:${address.port}`,
    url: `http://127.0.0.1:${address.port}/chat`,
    site: { id: site.id, key: site.key, secret: site.secret },
    admin: { email: agent.email, password },
    async close() {
      await pendopo.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
