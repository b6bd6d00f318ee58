// Starts Vite's development server for the page, and a Pendopo server that knows the page's origin.

import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { startPendopo } from '../start-pendopo.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))
let chat = null

const vite = await createServer({
  root,
  configFile: false,
  logLevel: 'warn',
  server: { port: Number(process.env.PORT ?? 8792), strictPort: true },
  plugins: [
    {
      // Where the chat lives is only known when it runs; a site of yours would write it into the code.
      name: 'chat-address',
      configureServer({ middlewares }) {
        middlewares.use('/chat.json', (_request, response) => {
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify({ server: chat?.url, site: 'headless' }))
        })
      },
    },
  ],
})
await vite.listen()
const page = `http://localhost:${vite.httpServer.address().port}`

chat = await startPendopo({
  port: process.env.PENDOPO_PORT ?? '8793',
  data: process.env.PENDOPO_DATA ?? fileURLToPath(new URL('data', import.meta.url)),
  site: { name: 'Headless', id: 'headless', origin: page },
  onExit: () => vite.close(),
})

console.log(JSON.stringify({ page, chat: chat.url, inbox: `${chat.url}/inbox`, agent: chat.agent }))
