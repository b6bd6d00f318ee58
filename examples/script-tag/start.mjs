// Starts the shop on one origin and Pendopo on another, with the shop's origin on the site's list.

import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { startPendopo } from '../start-pendopo.mjs'

const PAGES = { '/': 'index.html', '/beans': 'beans.html' }

const shop = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const file = PAGES[pathname]
  if (file === undefined) return response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
  const html = await readFile(new URL(`site/${file}`, import.meta.url), 'utf8')
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html.replaceAll('{{chat}}', chat.url))
})

await new Promise((resolve, reject) => {
  shop.once('error', reject)
  shop.listen(Number(process.env.PORT ?? 8790), resolve)
})
const page = `http://localhost:${shop.address().port}`

const chat = await startPendopo({
  port: process.env.PENDOPO_PORT ?? '8791',
  data: process.env.PENDOPO_DATA ?? new URL('data', import.meta.url).pathname,
  site: { name: 'Kopi', id: 'kopi', origin: page },
  onExit: () => shop.close(),
})

console.log(JSON.stringify({ page, chat: chat.url, inbox: `${chat.url}/inbox`, agent: chat.agent }))
