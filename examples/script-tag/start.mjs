// Starts the shop on one origin and Pendopo on another, with the shop's origin on the site's list.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPendopo } from '@pendopo/server-adapter'

const { PORT = '8790', PENDOPO_PORT = '8791' } = process.env
const data = process.env.PENDOPO_DATA ?? fileURLToPath(new URL('data', import.meta.url))
const PAGES = { '/': 'index.html', '/beans': 'beans.html' }

// The chat. What `pendopo serve`, `pendopo site add` and `pendopo agent add` do in a terminal.
const pendopo = await createPendopo({ database: `file:${join(data, 'pendopo.db')}` })
const chat = `http://localhost:${(await pendopo.listen(Number(PENDOPO_PORT))).port}`

// The shop. All it knows of the chat is the address in its script tag.
const shop = createServer(async (request, response) => {
  const file = PAGES[new URL(request.url ?? '/', 'http://localhost').pathname]
  if (file === undefined) return response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
  const html = await readFile(new URL(`site/${file}`, import.meta.url), 'utf8')
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html.replaceAll('{{chat}}', chat))
})
await new Promise((resolve, reject) => {
  shop.once('error', reject)
  shop.listen(Number(PORT), resolve)
})
const page = `http://localhost:${shop.address().port}`

// The first start makes the site and an agent; later ones find them in the data.
const isFirst = (await pendopo.sites()).length === 0
if (isFirst) await pendopo.addSite({ id: 'kopi', name: 'Kopi', origins: [page] })
const { password = null } = isFirst ? await pendopo.addAgent({ email: 'ayu@kopi.example', role: 'admin' }) : {}

console.log(JSON.stringify({ page, chat, inbox: `${chat}/inbox/`, agent: { email: 'ayu@kopi.example', password } }))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    shop.close()
    shop.closeAllConnections()
    await pendopo.close()
  })
}
