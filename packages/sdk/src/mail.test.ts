import { beforeAll, expect, it } from 'vitest'
import { createChat } from './create-chat.ts'
import type { PendopoError } from './pendopo-error.ts'
import { createFakeServer, createManualClock, createTestDevice } from './testing.ts'

// Loaded on demand: what comes from the disk does not wait for a clock that is moved by hand.
beforeAll(() => import('./redeem.ts'))

const ANA = 'ana@example.com'

function setUp({ mail = true } = {}) {
  const clock = createManualClock()
  const server = createFakeServer({ clock, site: { id: 'acme', name: 'Acme', mail } })
  const open = (device = createTestDevice({ clock, transport: server.transport() })) => {
    const chat = createChat({
      server: 'https://chat.example.com/',
      site: 'acme',
      environment: { ...device.tab(), fetch: server.fetch },
    })
    return { chat, conversation: chat.conversation(), device }
  }
  return { clock, server, open }
}

const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: PendopoError) => error.code,
  )
const texts = ({ $messages }: ReturnType<ReturnType<typeof setUp>['open']>['conversation']) =>
  $messages.get().flatMap((item) => (item.type === 'message' ? [item.text] : []))

it('[EM100] a chat knows whether its site answers by e-mail', async () => {
  for (const mail of [true, false]) {
    const { clock, open } = setUp({ mail })
    const { chat } = open()
    expect(chat.$hasMail.get()).toBe(false)
    chat.connect()
    await clock.settle()
    expect(chat.$hasMail.get()).toBe(mail)
  }
})

it('[EM101] an address is given once it is stored, and known from then on, after a reload too', async () => {
  const { clock, server, open } = setUp()
  const { conversation, chat, device } = open()
  conversation.send({ text: 'Hello' })
  await clock.settle()
  expect(conversation.$address.get()).toBeNull()
  const given = conversation.giveAddress(` ${ANA} `)
  expect(conversation.$address.get()).toBeNull()
  await clock.settle()
  await given
  expect(conversation.$address.get()).toEqual({ email: ANA, isVerified: false })
  expect(server.log(conversation.$id.get() ?? '').at(-1)).toMatchObject({
    kind: 'address.given',
    content: { email: ANA },
  })
  await chat.close()
  const later = open(device)
  later.chat.connect()
  await clock.advance(1_000)
  expect(later.conversation.$address.get()).toEqual({ email: ANA, isVerified: false })
})

it('[EM101] the same address again is no event, and the promise is kept all the same', async () => {
  const { clock, server, open } = setUp()
  const { conversation } = open()
  conversation.send({ text: 'Hello' })
  const twice = Promise.all([conversation.giveAddress(ANA), conversation.giveAddress(ANA)])
  await clock.settle()
  await twice
  const id = conversation.$id.get() ?? ''
  expect(server.log(id).filter(({ kind }) => kind === 'address.given')).toHaveLength(1)
})

it('[EM101] without a connection an address waits on the device, behind the message, also through a reload', async () => {
  const { clock, server, open } = setUp()
  const { conversation, chat, device } = open()
  server.goesDark()
  conversation.send({ text: 'Hello' })
  const given = conversation.giveAddress(ANA)
  given.catch(() => undefined)
  await clock.advance(20_000)
  await chat.close()
  server.comesBack()
  const later = open(device)
  later.chat.connect()
  await clock.advance(60_000)
  expect(texts(later.conversation)).toEqual(['Hello'])
  expect(later.conversation.$address.get()).toEqual({ email: ANA, isVerified: false })
  expect(await codeOf(given)).toBe('unavailable')
})

it('[EM101] what is no address is refused, and nothing of it waits', async () => {
  const { clock, open } = setUp()
  const { conversation, chat } = open()
  conversation.send({ text: 'Hello' })
  await clock.settle()
  const given = codeOf(conversation.giveAddress('ana at example'))
  await clock.settle()
  expect(await given).toBe('invalid')
  conversation.send({ text: 'Again' })
  await clock.settle()
  expect(texts(conversation)).toEqual(['Hello', 'Again'])
  expect(conversation.$address.get()).toBeNull()
  await chat.close()
  expect(await codeOf(conversation.giveAddress(ANA))).toBe('unavailable')
})

it('[EM109] a mailed link leads another browser to the conversation, with what was said, and it is the present one', async () => {
  const { clock, server, open } = setUp()
  const first = open()
  first.conversation.send({ text: 'Hello' })
  await clock.settle()
  const id = first.conversation.$id.get() ?? ''
  server.agent.post(id, 'Good day')
  const second = open()
  second.conversation.send({ text: 'From my phone' })
  await clock.settle()
  const resumed = second.chat.resume(server.mailsLink(id))
  await clock.advance(1_000)
  await resumed
  await clock.advance(1_000)
  expect(second.conversation.$id.get()).toBe(id)
  expect(texts(second.conversation)).toEqual(['Hello', 'Good day'])
  second.conversation.send({ text: 'Thank you' })
  await clock.advance(1_000)
  expect(texts(first.conversation)).toEqual(['Hello', 'Good day', 'Thank you'])
})

it('[EM109] a link that was used, has expired or never was gives nothing, and the chat goes on', async () => {
  const { clock, server, open } = setUp()
  const first = open()
  first.conversation.send({ text: 'Hello' })
  await clock.settle()
  const id = first.conversation.$id.get() ?? ''
  const link = server.mailsLink(id)
  const { chat, conversation } = open()
  const used = first.chat.resume(link)
  await clock.advance(1_000)
  await used
  for (const token of [link, server.mailsLink(id, { isExpired: true }), 'never-was'])
    expect(await codeOf(chat.resume(token))).toBe('not_found')
  chat.connect()
  await clock.advance(1_000)
  expect(conversation.$id.get()).toBeNull()
  server.goesDark()
  const other = server.mailsLink(id)
  expect(await codeOf(chat.resume(other))).toBe('unavailable')
  server.comesBack()
  const again = chat.resume(other)
  await clock.advance(60_000)
  await again
  expect(conversation.$id.get()).toBe(id)
})
