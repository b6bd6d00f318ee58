// The server and the fake one of `@pendopo/sdk/testing`, held to the same contract: what a chat was tested against is what
// it meets.

import { createFakeServer, createSocketIoTransport } from '@pendopo/sdk/testing'
import { logIn } from '../support/foreign-client.ts'
import { gatewayContract } from '../support/gateway-contract.ts'
import { startServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'

gatewayContract('the server', async () => {
  const server = await startServer()
  const site = await addSite(server, 'Acme', 'https://acme.example')
  const cookie = await logIn(server.url, server.admin)
  return {
    server: server.url,
    visitorAuth: { site: site.id, key: site.key },
    visitor: createSocketIoTransport(),
    agent: createSocketIoTransport({ headers: () => ({ cookie }) }),
    close: server.close,
  }
})

gatewayContract('the fake server', async () => {
  const server = createFakeServer()
  return {
    server: 'https://chat.example.com',
    visitorAuth: { site: server.site.id },
    visitor: server.transport(),
    agent: server.transport({ agent: server.agent.id }),
    close: async () => undefined,
  }
})
