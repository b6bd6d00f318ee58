import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createChat } from '../create-chat.ts'
import { createInbox } from '../inbox/create-inbox.ts'
import { createIndexedDbStorage } from '../outbox/indexeddb-storage.ts'
import type { PendopoError } from '../pendopo-error.ts'
import { createFakeServer, createTestDevice } from '../testing.ts'
import type { Thread } from '../thread.ts'

const SERVER = 'https://chat.example.com'

beforeEach(() => vi.stubGlobal('IDBKeyRange', IDBKeyRange))
afterEach(() => vi.unstubAllGlobals())

function setUp() {
  const server = createFakeServer()
  const device = createTestDevice({ transport: server.transport() })
  const disk = new IDBFactory()
  let answer: typeof fetch = server.fetch
  const requests: string[] = []
  const open = (tab = device.tab()) =>
    createChat({
      server: SERVER,
      site: 'acme',
      environment: {
        ...tab,
        storage: async (name) => createIndexedDbStorage(name, disk),
        fetch: (input, init) => {
          requests.push(String(input))
          return answer(input, init)
        },
      },
    })
  return { server, device, open, requests, answers: (next: typeof fetch) => void (answer = next) }
}

const messages = (thread: Thread) => thread.$messages.get().flatMap((item) => (item.type === 'message' ? [item] : []))
const file = (name: string, content: BlobPart = 'some content') => new File([content], name)
const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: PendopoError) => error.code,
  )
const hangs = () => new Promise<never>(() => undefined)
const refuses =
  (code: string, status: number, retryAfter?: number): typeof fetch =>
  async () =>
    Response.json({ error: { code, message: 'as the test wants it', retryAfter } }, { status })

it('[AT1] a message with files shows at once, is uploaded, and is stored with what the server says of them', async () => {
  const { server, open, requests } = setUp()
  const conversation = open().conversation()
  const fractions: number[] = []
  const sent = await conversation.attach([file('a.txt'), file('b.pdf')], {
    caption: ' Both of them ',
    onProgress: (fraction) => fractions.push(fraction),
  })
  expect(messages(conversation)).toMatchObject([
    {
      id: sent.id,
      text: 'Both of them',
      status: 'sending',
      attachments: [
        { id: null, name: 'a.txt', size: 12, progress: 0 },
        { id: null, name: 'b.pdf', size: 12, progress: 0 },
      ],
    },
  ])
  await sent.queued
  await sent.stored
  const [stored] = messages(conversation)
  expect(stored).toMatchObject({ id: sent.id, status: 'stored', text: 'Both of them' })
  expect(stored?.attachments?.map(({ name, type }) => [name, type])).toEqual([
    ['a.txt', 'text/plain'],
    ['b.pdf', 'application/pdf'],
  ])
  expect(fractions.at(-1)).toBe(1)
  expect(requests).toEqual([`${SERVER}/acme/files?name=a.txt`, `${SERVER}/acme/files?name=b.pdf`])
  expect(server.log(conversation.$id.get() ?? '').at(-1)?.content).toMatchObject({ text: 'Both of them' })
})

it('[AT2] what cannot be sent is refused before anything changes', async () => {
  const { open } = setUp()
  const conversation = open().conversation()
  const large = file('a.zip', new Uint8Array(16_777_217))
  expect(await codeOf(conversation.attach(large))).toBe('too_large')
  expect(await codeOf(conversation.attach(Array.from({ length: 6 }, () => file('a.txt'))))).toBe('too_large')
  expect(await codeOf(conversation.attach(file('a.svg')))).toBe('unsupported_type')
  expect(await codeOf(conversation.attach(file('a.txt', '')))).toBe('invalid')
  expect(await codeOf(conversation.attach([]))).toBe('invalid')
  expect(await codeOf(conversation.attach(file('a.txt'), { caption: 'x'.repeat(4_001) }))).toBe('too_large')
  expect(messages(conversation)).toEqual([])
})

it('[AT1] a pasted picture without a name gets one', async () => {
  const { open, requests } = setUp()
  const sent = await open()
    .conversation()
    .attach(new Blob(['x'], { type: 'image/png' }))
  await sent.stored
  expect(requests).toEqual([`${SERVER}/acme/files?name=image.png`])
})

it('[AT3] a message takes its place when its files have arrived: what is sent meanwhile comes before it', async () => {
  const { server, open, answers } = setUp()
  const conversation = open().conversation()
  let arrive = (): void => undefined
  const gate = new Promise<void>((resolve) => (arrive = resolve))
  answers(async (input, init) => gate.then(() => server.fetch(input, init)))
  const slow = await conversation.attach(file('a.txt'), { caption: 'first' })
  await conversation.send({ text: 'second' }).stored
  expect(messages(conversation).map(({ text }) => text)).toEqual(['second', 'first'])
  arrive()
  await slow.stored
  expect(messages(conversation).map(({ text, status }) => [text, status])).toEqual([
    ['second', 'stored'],
    ['first', 'stored'],
  ])
})

it('[AT4] what the network interrupts goes on when there is one again', async () => {
  const { server, open, answers } = setUp()
  const chat = open()
  const conversation = chat.conversation()
  let failures = 0
  answers(async () => {
    failures++
    throw new TypeError('no network')
  })
  const sent = await conversation.attach(file('a.txt'))
  await expect.poll(() => failures).toBeGreaterThan(0)
  expect(messages(conversation)[0]?.status).toBe('sending')
  answers(server.fetch)
  server.dropsConnection()
  await sent.stored
  expect(messages(conversation)[0]?.status).toBe('stored')
})

it('[AT4] so does one that something else than the server answered', async () => {
  const { server, open, requests, answers } = setUp()
  const conversation = open().conversation()
  answers(async (input, init) =>
    requests.length === 1 ? Response.json({ file: { id: 'a' } }, { status: 201 }) : server.fetch(input, init),
  )
  await (
    await conversation.attach(file('a.txt'))
  ).stored
  expect(requests).toHaveLength(2)
  expect(messages(conversation)).toMatchObject([{ status: 'stored', attachments: [{ name: 'a.txt', size: 12 }] }])
})

it('[AT5] a refusal for good, or a limit that ends late, is told; retry sends again, discard forgets', async () => {
  const { server, open, answers } = setUp()
  const conversation = open().conversation()
  answers(refuses('unsupported_type', 415))
  const sent = await conversation.attach(file('a.png'))
  expect(await codeOf(sent.stored)).toBe('unsupported_type')
  expect(messages(conversation)).toMatchObject([{ status: 'failed', error: { code: 'unsupported_type' } }])
  answers(refuses('rate_limited', 429, 3_600_000))
  expect(await codeOf(conversation.retry(sent.id).stored)).toBe('rate_limited')
  answers(server.fetch)
  await conversation.retry(sent.id).stored
  expect(messages(conversation)).toMatchObject([{ status: 'stored' }])
  answers(refuses('too_large', 413))
  const second = await conversation.attach(file('b.png'))
  await codeOf(second.stored)
  await conversation.discard(second.id)
  expect(messages(conversation)).toHaveLength(1)
})

it('[AT5] what was refused for good waits for the person after a reload, and is not sent again by itself', async () => {
  const { server, device, open, requests, answers } = setUp()
  const tab = device.tab()
  const first = open(tab)
  answers(refuses('unsupported_type', 415))
  const { id, stored } = await first.conversation().attach(file('a.png'))
  expect(await codeOf(stored)).toBe('unsupported_type')
  tab.crash()
  answers(server.fetch)
  const second = open()
  second.connect()
  const conversation = second.conversation()
  await expect
    .poll(() => messages(conversation))
    .toMatchObject([{ status: 'failed', error: { code: 'unsupported_type' } }])
  expect(requests).toHaveLength(1)
  await conversation.retry(id).stored
  expect(messages(conversation)).toMatchObject([{ status: 'stored' }])
})

it('[AT6] an upload is withdrawn by its signal or by discard, and nothing of it is sent', async () => {
  const { server, open, requests, answers } = setUp()
  const conversation = open().conversation()
  let aborted = 0
  answers((_input, init) => {
    init?.signal?.addEventListener('abort', () => aborted++)
    return hangs()
  })
  const abort = new AbortController()
  const one = await conversation.attach(file('a.txt'), { signal: abort.signal })
  const two = await conversation.attach(file('b.txt'))
  await expect.poll(() => messages(conversation)).toHaveLength(2)
  await expect.poll(() => requests).toHaveLength(2)
  abort.abort()
  await conversation.discard(two.id)
  expect(await codeOf(one.stored)).toBe('unavailable')
  expect(messages(conversation)).toEqual([])
  expect(aborted).toBe(2)
  expect(server.conversations()).toEqual([])
})

it('[AT7] files survive the tab, and another goes on; a logout takes them along', async () => {
  const { server, device, open, requests, answers } = setUp()
  const tab = device.tab()
  const first = open(tab)
  answers(hangs)
  await (
    await first.conversation().attach(file('a.txt'), { caption: 'kept' })
  ).queued
  await expect.poll(() => requests).toHaveLength(1)
  tab.crash()
  answers(server.fetch)
  const second = open()
  second.connect()
  await expect.poll(() => messages(second.conversation())).toMatchObject([{ text: 'kept', status: 'stored' }])
  answers(hangs)
  await (
    await second.conversation().attach(file('b.txt'), { caption: 'forgotten' })
  ).queued
  await second.logout()
  expect(messages(second.conversation())).toEqual([])
  await second.close()
  const third = open()
  third.connect()
  answers(server.fetch)
  await third.conversation().send({ text: 'somebody new' }).stored
  expect(messages(third.conversation()).map(({ text }) => text)).toEqual(['somebody new'])
})

it('[AT8] a file has an address, asked for once for many, and none where it is not in the conversation', async () => {
  const { open } = setUp()
  const conversation = open().conversation()
  await (
    await conversation.attach([file('a.txt'), file('b.txt')])
  ).stored
  const [one, two] = messages(conversation)[0]?.attachments ?? []
  const [first, again, second] = await Promise.all([
    conversation.fileUrl(one?.id ?? ''),
    conversation.fileUrl(one?.id ?? ''),
    conversation.fileUrl(two?.id ?? ''),
  ])
  expect(first).toBe(`${SERVER}/files/${one?.id}`)
  expect([again, second]).toEqual([first, `${SERVER}/files/${two?.id}`])
  expect(await codeOf(conversation.fileUrl('0'.repeat(32)))).toBe('not_found')
})

it('[AT9] an agent attaches in the same way, and each side has the file of the other', async () => {
  const { server, open } = setUp()
  const visitor = open().conversation()
  await (
    await visitor.attach(file('a.txt'), { caption: 'from the visitor' })
  ).stored
  const browser = server.browser()
  const inbox = createInbox({
    server: SERVER,
    environment: { ...createTestDevice({ transport: browser.transport }).tab(), fetch: browser.fetch },
  })
  await inbox.signIn({ email: server.agent.email, password: server.agent.password })
  const conversation = inbox.conversation(visitor.$id.get() ?? '')
  await expect.poll(() => messages(conversation)).toHaveLength(1)
  await (
    await conversation.attach(file('offer.pdf'))
  ).stored
  await expect.poll(() => messages(visitor).at(-1)?.attachments?.[0]?.name).toBe('offer.pdf')
  expect(messages(visitor).at(-1)?.text).toBe('')
  const [, offer] = messages(conversation)
  expect(await conversation.fileUrl(offer?.attachments?.[0]?.id ?? '')).toContain('/files/')
  await inbox.close()
})
