// The built SDK in plain Node: its entries are one package, not copies of each other, and its transports reach a server.

import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runNode } from '../support/run.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'

const PROGRAM = fileURLToPath(new URL('../support/node-entries.mjs', import.meta.url))

let server: TestServer
let site: Awaited<ReturnType<typeof addSite>>

beforeAll(async () => {
  server = await startServer()
  site = await addSite(server, 'Acme', 'https://acme.example')
})
afterAll(() => server?.close())

async function run(how: object): Promise<unknown> {
  const { stdout, stderr } = await runNode([PROGRAM, JSON.stringify({ server: server.url, site: site.id, ...how })])
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

it.each([['websocket'], ['polling']])(
  '[PK2] [CN10] the transport for tests carries a chat in Node over %s',
  async (transport) => {
    expect(await run({ origin: 'https://acme.example', transports: [transport] })).toEqual({ stored: 2 })
  },
)

it.each([['websocket'], ['polling']])(
  '[CN14] [PK2] a foreign origin is refused over %s, with an error of the one class of all entries',
  async (transport) => {
    expect(await run({ origin: 'https://evil.example', transports: [transport] })).toEqual({
      status: 'refused',
      code: 'origin_refused',
      isPendopoError: [true, true],
    })
  },
)
