// Starts a Pendopo server, and Vite's development server for the page, whose origin the site lists.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPendopo } from '@pendopo/server-adapter'
import { createServer } from 'vite'

const { PORT = '8792', PENDOPO_PORT = '8793' } = process.env
const data = process.env.PENDOPO_DATA ?? fileURLToPath(new URL('data', import.meta.url))

const pendopo = await createPendopo({ database: `file:${join(data, 'pendopo.db')}` })
const chat = `http://localhost:${(await pendopo.listen(Number(PENDOPO_PORT))).port}`

// Vite writes it into index.html; a site of yours would have it there to begin with.
process.env.VITE_CHAT_SERVER = chat
const vite = await createServer({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  logLevel: 'warn',
  server: { port: Number(PORT), strictPort: true },
})
await vite.listen()
const page = `http://localhost:${vite.httpServer.address().port}`

// The first start makes the site and an agent; later ones find them in the data.
const isFirst = (await pendopo.sites()).length === 0
if (isFirst) await pendopo.addSite({ id: 'headless', name: 'Headless', origins: [page] })
const { password = null } = isFirst ? await pendopo.addAgent({ email: 'ayu@headless.example', role: 'admin' }) : {}

console.log(JSON.stringify({ page, chat, inbox: `${chat}/inbox/`, agent: { email: 'ayu@headless.example', password } }))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await vite.close()
    await pendopo.close()
  })
}
