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

describe('the own read mark', () => {
  it('[TL10] [TL17] is there again after a reload, and what was read is not unread', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.agent.post(id, 'Good day')
    await clock.settle()
    expect(chat.$unread.get()).toBe(1)
    chat.conversation().markRead()
    await clock.settle()
    await chat.close()
    const returned = open()
    const counts: number[] = []
    returned.$unread.subscribe((count) => counts.push(count))
    returned.connect()
    await clock.settle()
    expect(returned.conversation().$messages.get()).toHaveLength(4)
    expect(returned.conversation().$read.get()).toBe(4)
    expect(counts).toEqual([0])
    server.agent.post(id, 'And?')
    await clock.settle()
    expect(counts).toEqual([0, 1])
  })

  it('[TL17] of somebody else who takes part is not the own one', async () => {
    const { clock, server, device, open } = setUp()
    const identify = async () => {
      const chat = open()
      const identified = chat.identify({ token: 'signed' })
      await clock.settle()
      await identified
      return chat
    }
    const chat = await identify()
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.agent.post(id, 'Good day')
    await clock.settle()
    chat.conversation().markRead()
    await clock.settle()
    await chat.close()
    // The same person, on a device that has forgotten the browser's own identity.
    await device.storage.wipe()
    const returned = await identify()
    expect(returned.$unread.get()).toBe(0)
    expect(returned.conversation().$read.get()).toBe(4)
  })

  it('[TL17] where it is not known, the server’s count stands, and what comes later is added', async () => {
    const { clock, server, device } = setUp()
    const transport = server.transport()
    // A server that counts and does not tell.
    const silent: typeof transport = {
      connect: (target, handlers) => {
        const connection = transport.connect(target, handlers)
        return {
          ...connection,
          request: async (name, argument, ms) => {
            const reply = await connection.request(name, argument, ms)
            return name === 'sync' ? Object.assign({}, reply, { marks: [] }) : reply
          },
        }
      },
    }
    const open = () => createChat({ server: SERVER, site: 'acme', environment: { ...device.tab(), transport: silent } })
    const chat = open()
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.agent.post(id, 'Good day')
    await clock.settle()
    chat.conversation().markRead()
    await clock.settle()
    await chat.close()
    const returned = open()
    returned.connect()
    await clock.settle()
    expect(returned.$unread.get()).toBe(0)
    server.agent.post(id, 'And?')
    await clock.settle()
    expect(returned.$unread.get()).toBe(1)
  })
})
