import { ws } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as nodeWebSocket from 'ws'
import { createChat } from '../create-chat.ts'
import { SYSTEM_CLOCK } from '../environment/system-clock.ts'
import { createFakeServer, createWebSocketTransport, pendopoHandlers } from '../testing.ts'

const URL = 'https://chat.example.com'
const server = createFakeServer()
const network = setupServer(...pendopoHandlers(server, { url: URL, ws }))

beforeAll(() => {
  // Node 20 has no WebSocket of its own for msw to intercept.
  if (!('WebSocket' in globalThis)) Object.assign(globalThis, { WebSocket: nodeWebSocket.WebSocket })
  network.listen()
})
afterAll(() => network.close())

const open = (site = 'acme') =>
  createChat({ server: URL, site, environment: { transport: createWebSocketTransport({ clock: SYSTEM_CLOCK }) } })

it('[CN10] the fake server answers through the network layer: connection, acks and pushes', async () => {
  const chat = open()
  const conversation = chat.conversation()
  const { stored } = conversation.send({ text: 'Hello' })
  expect(await stored).toMatchObject({ n: 2 })
  const [id = ''] = server.conversations()
  const answered = new Promise<void>((resolve) => {
    conversation.$messages.listen((items) => {
      if (items.some((item) => item.type === 'message' && item.text === 'Good day')) resolve()
    })
  })
  server.agent.post(id, 'Good day')
  await answered
  await chat.close()
})

it('[CN5] [CN10] a refusal arrives with its code', async () => {
  const chat = open('another')
  const refused = new Promise<string>((resolve) => {
    chat.$error.listen((error) => {
      if (error !== null) resolve(error.code)
    })
  })
  chat.connect()
  expect(await refused).toBe('not_found')
  await chat.close()
})
