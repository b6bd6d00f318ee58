import { LIMITS } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import type { ChatOptions } from './chat.ts'
import { createChat } from './create-chat.ts'
import { createFakeServer, createManualClock, createTestDevice } from './testing.ts'
import type { Thread } from './thread.ts'

const SERVER = 'https://chat.example.com'

function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const device = createTestDevice({ clock, transport: server.transport() })
  const open = (tab = device.tab(), options: Pick<ChatOptions, 'locale'> = {}) =>
    createChat({ server: SERVER, site: 'acme', environment: tab, ...options })
  return { clock, server, device, open }
}

const messages = (thread: Thread) => thread.$messages.get().flatMap((item) => (item.type === 'message' ? [item] : []))
const texts = (thread: Thread) => messages(thread).map(({ text }) => text)
const statuses = (thread: Thread) => messages(thread).map(({ status }) => status)
const stored = (server: ReturnType<typeof createFakeServer>) =>
  server.conversations().flatMap((id) => server.log(id).flatMap(({ content }) => content?.text ?? []))

describe('sending', () => {
  it('[OB1] [CN1] a message shows at once, is safe on the device, and is ticked when the server has it', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const conversation = chat.conversation()
    await clock.advance(60_000)
    expect(chat.$connection.get()).toBe('idle')
    const message = conversation.send({ text: 'Hello' })
    expect(texts(conversation)).toEqual(['Hello'])
    expect(statuses(conversation)).toEqual(['sending'])
    await clock.settle()
    await message.queued
    expect(await message.stored).toMatchObject({ n: 2 })
    expect(statuses(conversation)).toEqual(['stored'])
    expect(conversation.$status.get()).toBe('open')
    expect(server.conversations()).toEqual([conversation.$id.get()])
  })

  it('[OB2] [OB8] nothing leaves before it is written; what cannot be written is sent from memory', async () => {
    const { clock, server, device, open } = setUp()
    const chat = open()
    chat.connect()
    await clock.settle()
    device.failsStorage()
    const message = chat.conversation().send({ text: 'Hello' })
    expect(stored(server)).toEqual([])
    await clock.settle()
    await message.queued
    await message.stored
    expect(chat.$persistence.get()).toBe('memory')
    expect(stored(server)).toEqual(['Hello'])
  })

  it('[OB13] storage that fails later does not keep a visitor from coming back as the same', async () => {
    const { clock, server, device, open } = setUp()
    const chat = open()
    await chat.conversation().send({ text: 'Hello' }).queued
    await clock.advance(1_000)
    device.failsStorage()
    server.dropsConnection()
    await clock.advance(5_000)
    expect(chat.$connection.get()).toBe('online')
    const message = chat.conversation().send({ text: 'Again' })
    await clock.advance(1_000)
    await message.stored
    expect(server.conversations()).toHaveLength(1)
    expect(chat.$persistence.get()).toBe('memory')
  })

  it('[OB13] a device that keeps no token is given up after a few tries, and says so', async () => {
    const { clock, server, device, open } = setUp()
    device.failsStorage()
    const chat = open()
    const first = chat.conversation().send({ text: 'Hello' })
    await clock.advance(15_000)
    expect(chat.$connection.get()).toBe('online')
    expect(chat.$persistence.get()).toBe('memory')
    await first.stored
    // It stays the same visitor for as long as the page lives, whatever the device does.
    device.failsStorage(false)
    server.dropsConnection()
    await clock.advance(15_000)
    const second = chat.conversation().send({ text: 'Again' })
    await clock.advance(1_000)
    await second.stored
    expect(server.conversations()).toHaveLength(1)
    expect(texts(chat.conversation())).toEqual(['Hello', 'Again'])
    expect(chat.$persistence.get()).toBe('memory')
    // And nobody after logout.
    await chat.logout()
    chat.connect()
    await clock.advance(1_000)
    expect(texts(chat.conversation())).toEqual([])
  })

  it('[OB13] a device that stumbles for a moment keeps its visitor', async () => {
    const { clock, server, device, open } = setUp()
    const before = open()
    await before.conversation().send({ text: 'Hello' }).queued
    await clock.advance(1_000)
    await before.close()
    device.failsStorage()
    const chat = open()
    chat.connect()
    await clock.advance(300)
    device.failsStorage(false)
    await clock.advance(10_000)
    expect(texts(chat.conversation())).toEqual(['Hello'])
    expect(chat.$persistence.get()).toBe('indexeddb')
    expect(server.conversations()).toHaveLength(1)
  })

  it('[OB3] a burst arrives in its order, also when an ack is lost on the way', async () => {
    const { clock, server, open } = setUp()
    const { send, ...conversation } = open().conversation()
    server.losesAck('commands')
    const words = Array.from({ length: 120 }, (_, index) => `${index}`)
    for (const text of words) send({ text })
    await clock.advance(60_000)
    expect(stored(server)).toEqual(words)
    expect(new Set(conversation.$messages.get().map(({ id }) => id)).size).toBe(121)
  })

  it('[OB1] [TL1] a message stays in sight when only the ack of its repeat arrives', async () => {
    const { clock, server, open } = setUp()
    const conversation = open().conversation()
    conversation.send({ text: 'first' })
    await clock.advance(1_000)
    server.losesAck('commands')
    const { id } = conversation.send({ text: 'second' })
    for (let second = 0; second < 20; second++) {
      await clock.advance(1_000)
      expect(conversation.$messages.get().some((item) => item.id === id)).toBe(true)
    }
    expect(conversation.$messages.get().at(-1)).toMatchObject({ id, status: 'stored' })
  })

  it('[OB4] a refusal for good is shown on its message; the rest goes on; it can be sent again or forgotten', async () => {
    const { clock, server, open } = setUp()
    const conversation = open().conversation()
    await clock.settle()
    conversation.send({ text: 'first' })
    await clock.settle()
    server.refusesOnce('conflict', { request: 'commands' })
    const refused = conversation.send({ text: 'no' })
    await Promise.all([
      clock.settle(),
      expect(refused.stored).rejects.toMatchObject({ code: 'conflict', retryable: false }),
    ])
    conversation.send({ text: 'yes' })
    await clock.settle()
    expect(statuses(conversation)).toEqual(['stored', 'stored', 'failed'])
    expect(messages(conversation)[2]).toMatchObject({ text: 'no', error: { code: 'conflict' } })
    await conversation.retry(refused.id).queued
    await clock.settle()
    expect(stored(server)).toEqual(['first', 'yes', 'no'])
    server.refusesOnce('conflict', { request: 'commands' })
    const again = conversation.send({ text: 'never' })
    await clock.settle()
    await conversation.discard(again.id)
    expect(texts(conversation)).toEqual(['first', 'yes', 'no'])
  })

  it('[OB4] [OB6] without its opening a first message fails with all that follows, and all can be sent again', async () => {
    const { clock, server, open } = setUp()
    const conversation = open().conversation()
    server.refusesOnce('invalid', { request: 'commands' })
    server.refusesOnce('invalid', { request: 'commands' })
    for (const text of ['a', 'b', 'c']) conversation.send({ text })
    await clock.advance(10_000)
    // The opening itself was refused: nothing of this conversation can go, and all of it can be sent again.
    expect(statuses(conversation)).toEqual(['failed', 'failed', 'failed'])
    for (const { id } of messages(conversation)) conversation.retry(id)
    await clock.advance(10_000)
    expect(stored(server)).toEqual(['a', 'b', 'c'])
  })

  it('[OB5] a retryable refusal keeps the order and waits as long as it is told', async () => {
    const { clock, server, open } = setUp()
    const conversation = open().conversation()
    server.refusesOnce('rate_limited', { request: 'commands', retryAfter: 5_000 })
    for (const text of ['a', 'b']) conversation.send({ text })
    await clock.advance(4_900)
    expect(statuses(conversation)).toEqual(['sending', 'sending'])
    await clock.advance(200)
    expect(stored(server)).toEqual(['a', 'b'])
  })

  it('[OB6] what a returning visitor sends at once goes to the conversation that is there', async () => {
    const { clock, server, open } = setUp()
    const first = open()
    first.conversation().send({ text: 'one' })
    await clock.settle()
    await first.close()
    const chat = open()
    chat.conversation().send({ text: 'two' })
    chat.conversation().send({ text: 'three' })
    await clock.advance(1_000)
    expect(server.conversations()).toHaveLength(1)
    expect(texts(chat.conversation())).toEqual(['one', 'two', 'three'])
    expect(chat.conversation().$id.get()).toBe(server.conversations()[0])
  })

  it('[OB6] [LG7] on return, what is written without a network reopens the conversation of the last visit', async () => {
    const { clock, server, open } = setUp()
    const first = open()
    first.conversation().send({ text: 'one' })
    await clock.settle()
    await first.close()
    const [id = ''] = server.conversations()
    server.agent.close(id)
    server.goesDark()
    const chat = open()
    chat.connect()
    await clock.settle()
    chat.conversation().send({ text: 'two' })
    await clock.settle()
    server.comesBack()
    await clock.advance(60_000)
    expect(server.conversations()).toEqual([id])
    expect(texts(chat.conversation())).toEqual(['one', 'two'])
    expect(chat.conversation().$status.get()).toBe('open')
  })

  it('[OB8] what was written without a network survives a crash and is sent on return', async () => {
    const { clock, server, device, open } = setUp()
    const tab = device.tab()
    server.goesDark()
    await open(tab).conversation().send({ text: 'Hello' }).queued
    tab.crash()
    server.comesBack()
    const chat = open()
    expect(await chat.isReturning()).toBe(true)
    chat.connect()
    await clock.advance(30_000)
    expect(stored(server)).toEqual(['Hello'])
    expect(statuses(chat.conversation())).toEqual(['stored'])
  })

  it('[OB8] what was sent just before closing is kept', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    chat.conversation().send({ text: 'Hello' })
    await chat.close()
    const returned = open()
    returned.connect()
    await clock.settle()
    expect(stored(server)).toEqual(['Hello'])
  })

  it('[OB10] what cannot be sent throws and changes nothing', () => {
    const { open } = setUp()
    const chat = open()
    expect(() => chat.conversation().send({ text: 'a'.repeat(LIMITS.textLength + 1) })).toThrow(
      expect.objectContaining({ name: 'PendopoError', code: 'too_large' }),
    )
    expect(chat.conversation().$messages.get()).toEqual([])
    expect(chat.$connection.get()).toBe('idle')
  })
})

describe('several tabs', () => {
  it('[OB7] show what is unsent, and all of it ticked once one has sent it', async () => {
    const { clock, server, open } = setUp()
    const [one, other] = [open(), open()]
    one.connect()
    other.connect()
    await clock.settle()
    server.acksLate(2_000)
    const message = other.conversation().send({ text: 'Hello' })
    await clock.settle()
    expect(texts(one.conversation())).toEqual(['Hello'])
    await clock.advance(5_000)
    await message.stored
    expect([statuses(one.conversation()), statuses(other.conversation())]).toEqual([['stored'], ['stored']])
    expect(stored(server)).toEqual(['Hello'])
  })

  it('[OB7] [TL5] a visible tab takes over from a leader that does nothing, and the echo settles it everywhere', async () => {
    const { clock, server, device, open } = setUp()
    const frozen = device.tab()
    const leader = open({
      ...frozen,
      transport: {
        connect: () => ({
          request: () => new Promise(() => undefined),
          signal: () => undefined,
          close: () => undefined,
        }),
      },
    })
    leader.conversation().send({ text: 'first' })
    await clock.settle()
    const chat = open()
    chat.connect()
    await clock.advance(9_000)
    expect(stored(server)).toEqual([])
    await clock.advance(2_000)
    expect(stored(server)).toEqual(['first'])
    expect(statuses(chat.conversation())).toEqual(['stored'])
  })

  it('[OB11] [OB12] use one token, and logging out in one forgets the visitor in all', async () => {
    const { clock, server, device, open } = setUp()
    const [one, other] = [open(), open()]
    expect(await one.isReturning()).toBe(false)
    one.connect()
    other.connect()
    await clock.settle()
    one.conversation().send({ text: 'Hello' })
    await clock.settle()
    expect(texts(other.conversation())).toEqual(['Hello'])
    const wiped = one.logout()
    await clock.settle()
    await wiped
    expect([texts(one.conversation()), texts(other.conversation())]).toEqual([[], []])
    expect([one.$connection.get(), other.$connection.get()]).toEqual(['idle', 'idle'])
    expect(await device.storage.get('token')).toBeUndefined()
    one.conversation().send({ text: 'Somebody else' })
    await clock.settle()
    expect(server.conversations()).toHaveLength(2)
    expect(texts(one.conversation())).toEqual(['Somebody else'])
  })
})

describe('what the others do', () => {
  it('[TL1] [TL10] [TL11] [TL12] arrives live, and what the visitor reads is told', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const conversation = chat.conversation()
    conversation.send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.agent.read(id)
    server.agent.typing(id)
    await clock.settle()
    expect(statuses(conversation)).toEqual(['read'])
    expect(conversation.$typing.get()).toMatchObject([{ kind: 'agent', id: server.agent.id }])
    server.agent.post(id, 'Good day')
    await clock.settle()
    expect(texts(conversation)).toEqual(['Hello', 'Good day'])
    expect(conversation.$typing.get()).toEqual([])
    expect(conversation.$agents.get()).toMatchObject([{ id: server.agent.id, name: 'Ayu' }])
    expect(chat.$unread.get()).toBe(1)
    server.dropsConnection()
    conversation.markRead()
    expect(chat.$unread.get()).toBe(0)
    await clock.advance(5_000)
    const returned = open()
    returned.connect()
    await clock.settle()
    expect(returned.$unread.get()).toBe(0)
    expect(returned.conversation().$read.get()).toBe(4)
  })

  it('[TL3] [TL8] what was missed while away, or lost on the way, is fetched', async () => {
    const { clock, server, open } = setUp()
    const conversation = open().conversation()
    conversation.send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    server.goesDark()
    server.agent.post(id, 'one')
    await clock.settle()
    server.comesBack()
    server.agent.post(id, 'two')
    await clock.settle()
    expect(texts(conversation)).toEqual(['Hello', 'one', 'two'])
    server.goesDark()
    server.agent.post(id, 'three')
    await clock.settle()
    server.comesBack()
    await clock.advance(60_000)
    expect(texts(conversation)).toEqual(['Hello', 'one', 'two', 'three'])
  })

  it('[TL4] [TL7] a long history comes page by page, the newest first', async () => {
    const { clock, server, open } = setUp()
    const first = open()
    first.conversation().send({ text: 'Hello' })
    await clock.settle()
    await first.close()
    const [id = ''] = server.conversations()
    for (let index = 1; index <= 120; index++) server.agent.post(id, `${index}`)
    const chat = open()
    const conversation = chat.conversation()
    expect(conversation.$loading.get()).toBe(true)
    chat.connect()
    await clock.settle()
    expect(conversation.$loading.get()).toBe(false)
    expect(texts(conversation)).toHaveLength(50)
    expect(chat.$unread.get()).toBe(120)
    const loading = [conversation.loadOlder(), conversation.loadOlder()]
    await clock.settle()
    await Promise.all(loading)
    expect(texts(conversation)).toHaveLength(100)
    void conversation.loadOlder()
    await clock.settle()
    expect(conversation.$hasOlder.get()).toBe(false)
    expect(texts(conversation)).toEqual(['Hello', ...Array.from({ length: 120 }, (_, index) => `${index + 1}`)])
  })

  it('[TL13] the page is told once it has settled, while a conversation is open, and with the opening', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    chat.viewPage({ url: 'https://acme.example/' })
    await clock.advance(5_000)
    expect(chat.$connection.get()).toBe('idle')
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    const [id = ''] = server.conversations()
    for (const path of ['a', 'b', 'c']) chat.viewPage({ url: `https://acme.example/${path}` })
    await clock.advance(5_000)
    expect(server.log(id).flatMap(({ content }) => content?.page?.url ?? [])).toEqual([
      'https://acme.example/',
      'https://acme.example/c',
    ])
  })
})

describe('the language', () => {
  it('[EM160] of the visitor is told with the opening, and left out where nobody says which it is', async () => {
    for (const options of [{ locale: 'ar-EG' }, {}]) {
      const { clock, server, device, open } = setUp()
      open(device.tab(), options).conversation().send({ text: 'Hello' })
      await clock.settle()
      const [id = ''] = server.conversations()
      expect(server.log(id)[0]).toMatchObject({ kind: 'conversation.opened', data: options })
      expect(server.log(id)[0]?.data.locale).toBe(options.locale)
    }
  })
})

describe('who it is', () => {
  it('[CN6] identify connects anew with the proof; without the right to it the error says so', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const identified = chat.identify({ token: 'signed' })
    await clock.settle()
    await identified
    server.refusesConnections({ code: 'unauthenticated', message: 'the proof has expired' })
    await Promise.all([
      expect(chat.identify({ token: 'old' })).rejects.toMatchObject({ code: 'unauthenticated' }),
      clock.settle(),
    ])
    expect(chat.$connection.get()).toBe('refused')
    expect(chat.$error.get()).toMatchObject({ code: 'unauthenticated' })
  })

  it('[CN18] getToken is asked before each connection, and again where it fails', async () => {
    const { clock, server, open } = setUp()
    const chat = open()
    const tokens = ['first', null, 'second']
    const asked: unknown[] = []
    const getToken = () => {
      const token = tokens.shift()
      asked.push(token)
      return typeof token === 'string' ? token : Promise.reject(new Error('the host does not answer'))
    }
    const identified = chat.identify({ getToken })
    await clock.settle()
    await identified
    expect(asked).toEqual(['first'])
    server.dropsConnection()
    await clock.advance(5_000)
    expect(asked).toEqual(['first', null, 'second'])
    expect(chat.$connection.get()).toBe('online')
  })

  it('[CN12] close is final; two chats on one page do not meet', async () => {
    const { clock, server, open, device } = setUp()
    const chat = open()
    const other = createChat({ server: 'https://other.example.com', site: 'acme', environment: device.tab() })
    chat.conversation().send({ text: 'Hello' })
    await clock.settle()
    expect(other.$connection.get()).toBe('idle')
    expect(other.conversation().$messages.get()).toEqual([])
    await chat.close()
    await chat.close()
    expect(() => chat.connect()).toThrow(expect.objectContaining({ code: 'unavailable' }))
    const [id = ''] = server.conversations()
    server.agent.post(id, 'Good day')
    await clock.advance(60_000)
    expect(texts(chat.conversation())).toEqual(['Hello'])
  })
})
