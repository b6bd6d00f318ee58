import { describe, expect, it } from 'vitest'
import { createChat } from '../create-chat.ts'
import { createFakeServer, createManualClock, createTestDevice } from '../testing.ts'

const SERVER = 'https://chat.example.com'

function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const device = createTestDevice({ clock, transport: server.transport() })
  const open = () => createChat({ server: SERVER, site: 'acme', environment: device.tab() })
  return { clock, server, device, open }
}

describe('the items of a thread', () => {
  it('[TL16] [TL6] have ids of their own, also where one command did several things', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const { $messages, send } = chat.conversation()
    const first = send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.agent.post(id, 'Good day')
    server.addAgent({ name: 'Budi' }).post(id, 'I join in')
    server.agent.close(id)
    await clock.settle()
    const before = $messages.get()
    const again = send({ text: 'One more thing' })
    await clock.settle()
    const items = $messages.get()
    expect(items.map(({ type, ...item }) => ('kind' in item ? item.kind : type))).toEqual([
      'conversation.opened',
      'message',
      'conversation.assigned',
      'message',
      'participant.joined',
      'message',
      'conversation.closed',
      'conversation.reopened',
      'message',
    ])
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length)
    expect([items[1]?.id, items[8]?.id]).toEqual([first.id, again.id])
    expect(await again.stored).toMatchObject({ n: 9 })
    for (const [index, item] of before.entries()) expect(items[index]).toBe(item)
  })
})
