// Serves the page of a visitor in a browser, and with it the browser build of the product under test.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../../tools/run.mjs'
import { CURRENT, fileOf } from './products.mjs'

const PAGE = fileURLToPath(new URL('../pages/chat.html', import.meta.url))
const TYPES = { js: 'text/javascript', html: 'text/html' }

/** Starts one on a free port. */
export async function startPageServer(product = CURRENT) {
  function fileFor(path) {
    const [, name, rest] = /^\/([a-z-]+)\/(.+)$/.exec(path) ?? []
    if (name === 'nanostores') return join(ROOT, 'node_modules/nanostores', rest)
    return name === undefined ? PAGE : fileOf(product, name, rest)
  }
  const server = createServer(async (request, response) => {
    const file = fileFor(normalize(new URL(request.url, 'http://page').pathname))
    try {
      const body = await readFile(file)
      response.writeHead(200, { 'content-type': TYPES[file.split('.').at(-1)] ?? 'text/plain' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
