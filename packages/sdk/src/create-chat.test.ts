import { describe, expect, it } from 'vitest'
import type { ThreadItem } from './thread.ts'
import { createChat } from './create-chat.ts'
import { createFakeServer, createManualClock, createTestDevice } from './testing.ts'

const SERVER = 'https://chat.example.com'

function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const device = createTestDevice({ clock, transport: server.transport() })
  const open = (tab = device.tab()) => createChat({ server: SERVER, site: 'acme', environment: tab })
  return { clock, server, device, open }
}

const texts = (items: readonly ThreadItem[]) => items.flatMap((item) => (item.type === 'message' ? [item.text] : []))
const statuses = (items: readonly ThreadItem[]) =>
  items.flatMap((item) => (item.type === 'message' ? [item.status] : []))

describe('createChat', () => {
  it('[OB1] a message shows at once, is safe on the device, and is ticked when the server has it', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const conversation = chat.conversation()
    expect(chat.$connection.get()).toBe('idle')
    const message = conversation.send({ text: 'Hello' })
    expect(texts(conversation.$messages.get())).toEqual(['Hello'])
    expect(statuses(conversation.$messages.get())).toEqual(['sending'])
    await clock.settle()
    await message.queued
    const stored = await message.stored
    expect(stored.n).toBe(2)
    expect(chat.$connection.get()).toBe('online')
    expect(statuses(conversation.$messages.get())).toEqual(['stored'])
    expect(conversation.$status.get()).toBe('open')
    expect(server.conversations()).toHaveLength(1)
    await chat.close()
  })

  it('[TL1] what an agent does arrives live, and what the visitor reads is told', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const conversation = chat.conversation()
    conversation.send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.agent.read(id)
    server.agent.typing(id)
    await clock.settle()
    expect(statuses(conversation.$messages.get())).toEqual(['read'])
    expect(conversation.$typing.get()).toHaveLength(1)
    server.agent.post(id, 'Good day')
    await clock.settle()
    expect(texts(conversation.$messages.get())).toEqual(['Hello', 'Good day'])
    expect(conversation.$typing.get()).toHaveLength(0)
    expect(conversation.$agents.get()).toMatchObject([{ id: server.agent.id, name: 'Ayu' }])
    expect(chat.$unread.get()).toBe(1)
    conversation.markRead()
    await clock.settle()
    expect(chat.$unread.get()).toBe(0)
    await chat.close()
  })
})
