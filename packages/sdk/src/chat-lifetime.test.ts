import { describe, expect, it } from 'vitest'
import { OFFLINE_AFTER_MS } from './connection/timing.ts'
import { createChat } from './create-chat.ts'
import { createFakeServer, createManualClock, createTestDevice } from './testing.ts'
import type { Thread } from './thread.ts'

function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const device = createTestDevice({ clock, transport: server.transport() })
  const open = (tab = device.tab()) =>
    createChat({ server: 'https://chat.example.com', site: 'acme', environment: tab })
  return { clock, server, device, open }
}

const texts = (thread: Thread) => thread.$messages.get().flatMap((item) => (item.type === 'message' ? [item.text] : []))
const unavailable = expect.objectContaining({ name: 'PendopoError', code: 'unavailable' })
const invalid = expect.objectContaining({ name: 'PendopoError', code: 'invalid' })

describe('after close', () => {
  it('[CN12] nothing is sent, kept or promised, and storage stays shut', async () => {
    const { clock, server, device, open } = setUp()
    const chat = open()
    const conversation = chat.conversation()
    server.refusesOnce('conflict', { request: 'commands' })
    conversation.send({ text: 'Hello' })
    await clock.advance(1_000)
    const [failed] = conversation.$messages.get()
    await chat.close()
    const openings = device.openings()
    expect(() => conversation.send({ text: 'Hello?' })).toThrow(unavailable)
    expect(() => conversation.retry(failed?.id ?? '')).toThrow(unavailable)
    await expect(conversation.discard(failed?.id ?? '')).rejects.toEqual(unavailable)
    await expect(chat.identify({ token: 'signed' })).rejects.toEqual(unavailable)
    await expect(chat.logout()).rejects.toEqual(unavailable)
    await expect(chat.isReturning()).rejects.toEqual(unavailable)
    conversation.typing()
    conversation.markRead()
    await clock.advance(60_000)
    expect(device.openings()).toBe(openings)
    expect(conversation.$read.get()).toBe(0)
  })

  it('[CN12] identify that is still waiting is told', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    server.goesDark()
    const identified = chat.identify({ token: 'signed' })
    await clock.advance(1_000)
    await Promise.all([expect(identified).rejects.toEqual(unavailable), chat.close()])
  })
})

describe('logout', () => {
  it('[OB12] tries again where the device stumbles', async () => {
    const { clock, device, open } = setUp()
    const chat = open()
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    device.failsStorage()
    const wiped = chat.logout()
    await clock.advance(600)
    device.failsStorage(false)
    await clock.advance(1_000)
    await wiped
    expect(await device.storage.get('token')).toBeUndefined()
  })

  it('[OB12] says so where the device keeps refusing', async () => {
    const { clock, device, open } = setUp()
    const chat = open()
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    device.failsStorage()
    await Promise.all([expect(chat.logout()).rejects.toEqual(unavailable), clock.advance(10_000)])
    expect(texts(chat.conversation())).toEqual([])
  })

  it('[OB12] what was still to be written, here or in another tab, is not written any more', async () => {
    const { clock, server, device, open } = setUp()
    const gate = { isShut: false, open: [] as (() => void)[] }
    const tab = device.tab()
    const slow = {
      ...tab,
      storage: async (name: string) => {
        const storage = await tab.storage(name)
        return {
          ...storage,
          put: async (...entries: Parameters<typeof storage.put>) => {
            if (gate.isShut) await new Promise<void>((resolve) => gate.open.push(resolve))
            return storage.put(...entries)
          },
        }
      },
    }
    const [one, other] = [open(), open(slow)]
    one.connect()
    other.connect()
    await clock.settle()
    gate.isShut = true
    const lost = ['in hand', 'queued'].map((text) => other.conversation().send({ text }).queued)
    const refused = Promise.all(lost.map((queued) => expect(queued).rejects.toEqual(unavailable)))
    await clock.settle()
    const wiped = one.logout()
    await clock.settle()
    await wiped
    gate.isShut = false
    for (const go of gate.open) go()
    await clock.settle()
    await refused
    expect(await device.storage.entries()).toEqual([])
    expect(await device.storage.get('token')).toBeUndefined()
    expect(server.conversations()).toEqual([])
  })
})

describe('what is passed wrongly', () => {
  it('[OB10] [CN15] is refused with the right form in the message', async () => {
    const { open } = setUp()
    const chat = open()
    const { send } = chat.conversation()
    for (const wrong of [{}, { text: 7 }, undefined, 'Hello'])
      expect(() => Reflect.apply(send, null, [wrong])).toThrow(/unable to send.*\{ text: 'Hello' \}/u)
    expect(() => Reflect.apply(send, null, [{}])).toThrow(invalid)
    for (const wrong of [undefined, null, {}, { token: 7 }, { token: '' }, 'jwt'])
      await expect(Reflect.apply(chat.identify, null, [wrong])).rejects.toEqual(invalid)
    expect(chat.$connection.get()).toBe('idle')
  })
})

describe('a refused identify', () => {
  it('[CN15] rejects, and the chat goes on as who it was', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    server.refusesProof('forged')
    await Promise.all([
      expect(chat.identify({ token: 'forged' })).rejects.toMatchObject({ code: 'unauthenticated' }),
      clock.settle(),
    ])
    expect(chat.$connection.get()).toBe('online')
    expect(chat.$error.get()).toBeNull()
    const sent = chat.conversation().send({ text: 'Still me' })
    await clock.settle()
    await sent.stored
    expect(texts(chat.conversation())).toEqual(['Hello', 'Still me'])
    expect(server.conversations()).toHaveLength(1)
    const identified = chat.identify({ token: 'signed' })
    await clock.settle()
    await identified
    expect(chat.$connection.get()).toBe('online')
  })
})

describe('a device without a network', () => {
  it('[CN16] says offline as late as after any loss, not after a probe on top', async () => {
    const { clock, server, device, open } = setUp()
    const tab = device.tab()
    const chat = open(tab)
    chat.connect()
    await clock.settle()
    server.goesDark()
    tab.setOnline(false)
    await clock.advance(OFFLINE_AFTER_MS - 100)
    expect(chat.$connection.get()).toBe('online')
    await clock.advance(200)
    expect(chat.$connection.get()).toBe('offline')
    server.comesBack()
    tab.setOnline(true)
    await clock.advance(20_000)
    expect(chat.$connection.get()).toBe('online')
  })
})

describe('storage that never answers', () => {
  it('[OB14] costs the first message a few seconds, once', async () => {
    const { clock, device, open } = setUp()
    device.hangsStorage()
    const chat = open()
    const returning = chat.isReturning()
    chat.connect()
    const message = chat.conversation().send({ text: 'Hello' })
    await clock.advance(4_000)
    expect(await returning).toBe(false)
    expect(await message.stored).toMatchObject({ n: 2 })
    expect(chat.$persistence.get()).toBe('memory')
  })

  it('[OB14] also where it opened and then fell silent', async () => {
    const { clock, device, open } = setUp()
    const tab = device.tab()
    await device.storage.get('token')
    const chat = open({
      ...tab,
      async storage(name) {
        const storage = await tab.storage(name)
        device.hangsStorage()
        return storage
      },
    })
    const message = chat.conversation().send({ text: 'Hello' })
    await clock.advance(7_000)
    expect(await message.stored).toMatchObject({ n: 2 })
    expect(chat.$persistence.get()).toBe('memory')
  })
})
