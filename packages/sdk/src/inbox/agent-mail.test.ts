// Mail in an agent's conversation, against the real rules: the fake server runs `decide` and `apply`.

import { uuidv7 } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { createChat } from '../create-chat.ts'
import { createFakeServer, createManualClock, createTestDevice } from '../testing.ts'
import { createInbox } from './create-inbox.ts'

const SERVER = 'https://chat.example.com'
const EMAIL = 'rin@acme.example'

async function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const browser = server.browser()
  const visitorTab = createTestDevice({ clock, transport: server.transport(), seed: 7 }).tab()
  const chat = createChat({ server: SERVER, site: 'acme', environment: visitorTab })
  chat.conversation().send({ text: 'Hello' })
  await clock.advance(1_000)
  const [id = ''] = server.conversations()
  const tab = createTestDevice({ clock, transport: browser.transport }).tab()
  const inbox = createInbox({ server: SERVER, environment: { ...tab, fetch: browser.fetch } })
  await clock.settle()
  await inbox.signIn({ email: server.agent.email, password: server.agent.password })
  await clock.settle()
  const conversation = inbox.conversation(id)
  await clock.advance(1_000)
  const received = (text: string) => ({
    identity: uuidv7(clock.now(), (bytes) => bytes.fill(9)),
    text,
    mail: { subject: 'Harbour tour', from: { address: EMAIL } },
    messageId: `<${text}@acme.example>`,
  })
  return {
    ...{ clock, server, inbox, conversation, received, id },
    messages: () => conversation.$messages.get().flatMap((item) => (item.type === 'message' ? [item] : [])),
    events: () => conversation.$messages.get().flatMap((item) => (item.type === 'event' ? [item] : [])),
    close: () => Promise.all([inbox.close(), chat.close()]),
  }
}

describe('mail in an agent’s conversation', () => {
  it('[EM126] is sent to a known address under its subject, and refused where there is none', async () => {
    const { clock, server, conversation, received, id, messages, close } = await setUp()
    const refused = conversation.send({ text: 'Too early', mail: { subject: 'Harbour tour' } })
    refused.stored.catch(() => undefined)
    await clock.advance(1_000)
    expect(messages().at(-1)).toMatchObject({ status: 'failed', mail: { subject: 'Harbour tour' } })
    await conversation.discard(refused.id)
    server.append(id, { kind: 'mail.receive', data: { ...received('one'), verified: true } })
    await clock.advance(1_000)
    expect(conversation.$view.get()?.mail).toMatchObject({ address: EMAIL, isVerified: true, subject: 'Harbour tour' })
    conversation.send({ text: 'Now', mail: { subject: 'Re: Harbour tour', cc: ['tom@acme.example'] } })
    expect(messages().at(-1)).toMatchObject({ status: 'sending', mail: { subject: 'Re: Harbour tour' } })
    await clock.advance(1_000)
    expect(messages().at(-1)).toMatchObject({
      status: 'stored',
      text: 'Now',
      mail: { subject: 'Re: Harbour tour', cc: ['tom@acme.example'] },
    })
    await close()
  })

  it('[EM122, EM121] shows what stands on a received mail, and what became of a sent one', async () => {
    const { clock, server, conversation, received, id, messages, events, close } = await setUp()
    server.append(id, { kind: 'mail.receive', data: { ...received('one'), verified: true } })
    await clock.advance(1_000)
    expect(messages().at(-1)).toMatchObject({
      text: 'one',
      mail: { subject: 'Harbour tour', from: { address: EMAIL } },
    })
    expect(events().find(({ kind }) => kind === 'address.given')?.words).toEqual({ email: EMAIL })
    conversation.send({ text: 'Hello', mail: { subject: 'Re: Harbour tour' } })
    await clock.advance(1_000)
    const message = messages().at(-1)?.id ?? ''
    server.append(id, {
      kind: 'mail.settle',
      data: { mail: message, messages: [message], outcome: 'bounced', reason: '550 no such user' },
    })
    await clock.advance(1_000)
    expect(events().at(-1)).toMatchObject({
      kind: 'mail.failed',
      data: { why: 'bounced' },
      words: { text: '550 no such user' },
    })
    await close()
  })

  it('[EM124, EM125] waits in the row and in the thread until an agent has ruled on it', async () => {
    const { clock, server, inbox, conversation, received, id, messages, events, close } = await setUp()
    const list = inbox.list({ list: 'all', status: 'all' })
    server.append(id, { kind: 'mail.hold', data: { ...received('who am I'), why: 'DMARC failed' } })
    await clock.advance(1_000)
    expect(list.$rows.get()[0]?.held).toBe(true)
    const held = events().at(-1)
    expect(held).toMatchObject({ kind: 'mail.held', data: { why: 'DMARC failed' }, words: { text: 'who am I' } })
    const [command = ''] = conversation.$view.get()?.mail?.held ?? []
    expect(held?.id.startsWith(`${command}:`)).toBe(true)
    const count = messages().length
    const ruling = conversation.ruleMail(command, false)
    await clock.advance(1_000)
    await ruling
    expect(events().at(-1)).toMatchObject({ kind: 'mail.ruled', data: { held: command, accepted: false } })
    expect(conversation.$view.get()?.mail?.held).toEqual([])
    expect(list.$rows.get()[0]?.held).toBeUndefined()
    expect(messages()).toHaveLength(count)
    await close()
  })

  it('[EM130] sends the transcript to a proven address, and says why not to another', async () => {
    const { clock, server, conversation, received, id, events, close } = await setUp()
    server.append(id, { kind: 'address.give', data: { email: EMAIL } })
    await clock.advance(1_000)
    const refused = conversation.sendTranscript()
    await Promise.all([expect(refused).rejects.toMatchObject({ code: 'forbidden' }), clock.advance(1_000)])
    server.append(id, { kind: 'mail.receive', data: { ...received('it is me'), verified: true } })
    await clock.advance(1_000)
    const sent = conversation.sendTranscript()
    await clock.advance(1_000)
    await sent
    expect(events().at(-1)?.kind).toBe('transcript.requested')
    await close()
  })
})
