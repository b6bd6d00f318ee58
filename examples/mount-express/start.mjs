// An Express application with a page and an API of its own, and the chat mounted below /chat.

import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPendopo } from '@pendopo/server-adapter'
import express from 'express'

const { PORT = '8794' } = process.env
const data = process.env.PENDOPO_DATA ?? fileURLToPath(new URL('data', import.meta.url))

const pendopo = await createPendopo({ database: `file:${join(data, 'pendopo.db')}`, basePath: '/chat' })

const app = express()
app.use('/chat', pendopo.handler)
app.get('/api/hours', (_request, response) => void response.json({ open: '09:00', close: '17:00' }))
app.use(express.static(fileURLToPath(new URL('site', import.meta.url))))

const server = createServer(app)
pendopo.attach(server)
await new Promise((resolve, reject) => {
  server.once('error', reject)
  server.listen(Number(PORT), resolve)
})
const page = `http://localhost:${server.address().port}`

// The first start makes the site and an agent; later ones find them in the data.
const isFirst = (await pendopo.sites()).length === 0
if (isFirst) await pendopo.addSite({ id: 'bengkel', name: 'Bengkel', origins: [page] })
const { password = null } = isFirst ? await pendopo.addAgent({ email: 'ayu@bengkel.example', role: 'admin' }) : {}

const chat = `${page}/chat`
console.log(JSON.stringify({ page, chat, inbox: `${chat}/inbox/`, agent: { email: 'ayu@bengkel.example', password } }))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close()
    await pendopo.close()
    server.closeAllConnections()
  })
}
