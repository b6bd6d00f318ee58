// The server that is measured: the built package, in a process of its own, with its rate limits raised.

import { startRoomyServer } from '../../tools/roomy-server.mjs'

const AGENTS = 2
/** The page of the visitors who send an Origin: the same on whatever port. */
const ORIGIN = 'https://bench.example'

/** Starts it with its database in the folder, or elsewhere by `database`; `address` is what the client's processes need to know. */
export async function startPendopo(folder, defer, options = {}) {
  const site = { id: 'demo', name: 'Bench' }
  const server = await startRoomyServer({ data: folder, site, agents: AGENTS, origins: [ORIGIN], ...options })
  defer(() => server.close())
  const { url, site: id, key, origin, agents, page } = server
  return {
    address: { url, path: '/socket.io/', site: id, key, origin, agents },
    page,
    usage: () => server.usage(),
    kill: () => server.kill(),
    close: () => server.close(),
  }
}
