// Plain Node on the built packages: says in one line of JSON how a chat over the socket.io transport fares.

import { createChat, PendopoError } from '@pendopo/sdk'
import { PendopoError as PendopoErrorOfInbox } from '@pendopo/sdk/inbox'
import { createSocketIoTransport } from '@pendopo/sdk/testing'

const { server, site, origin, transports } = JSON.parse(process.argv[2] ?? '{}')
const transport = createSocketIoTransport({ headers: () => ({ origin }), transports })
const chat = createChat({ server, site, environment: { transport } })
const refused = new Promise((resolve) => {
  chat.$connection.subscribe((status) => {
    if (status !== 'refused') return
    const error = chat.$error.get()
    const isPendopoError = [error instanceof PendopoError, error instanceof PendopoErrorOfInbox]
    resolve({ status, code: error.code, isPendopoError })
  })
})
const stored = chat
  .conversation()
  .send({ text: 'Hello' })
  .stored.then(({ n }) => ({ stored: n }))
process.stdout.write(`${JSON.stringify(await Promise.race([stored, refused]))}\n`)
await chat.close()
