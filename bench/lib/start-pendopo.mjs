// The server that is measured: the built package, in a process of its own, with its rate limits raised.

import { startRoomyServer } from '../../tools/roomy-server.mjs'

const AGENTS = 2

/** Starts it with its database in the folder; `address` is what the client's processes need to know. */
export async function startPendopo(folder, defer) {
  const server = await startRoomyServer({ data: folder, site: { id: 'demo', name: 'Bench' }, agents: AGENTS })
  defer(() => server.close())
  const { url, site, origin, agents, page } = server
  return {
    address: { url, path: '/socket.io/', site, origin, agents },
    page,
    usage: () => server.usage(),
  }
}
