import type { Row } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { createChat } from '../create-chat.ts'
import type { AgentConversation, InboxList } from '../inbox-client.ts'
import { createFakeServer, createManualClock, createTestDevice } from '../testing.ts'
import type { ThreadItem } from '../thread.ts'
import { createInbox } from './create-inbox.ts'

const SERVER = 'https://chat.example.com'

function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const browser = server.browser()
  const device = createTestDevice({ clock, transport: browser.transport })
  const login = { email: server.agent.email, password: server.agent.password }

  const open = () => createInbox({ server: SERVER, environment: { ...device.tab(), fetch: browser.fetch } })

  async function signedIn() {
    const inbox = open()
    await clock.settle()
    await inbox.signIn(login)
    await clock.settle()
    return inbox
  }

  /** A visitor on a device of their own who has written. */
  async function visitor(text: string) {
    const tab = createTestDevice({
      clock,
      transport: server.transport(),
      seed: Math.ceil(text.length * 7_919 + text.charCodeAt(0)),
    }).tab()
    const chat = createChat({ server: SERVER, site: 'acme', environment: tab })
    const conversation = chat.conversation()
    conversation.send({ text })
    await clock.advance(1_000)
    return { chat, conversation, id: conversation.$id.get() ?? '' }
  }

  return { clock, server, login, open, signedIn, visitor }
}

const idsOf = (list: InboxList) => list.$rows.get().map(({ id }) => id)
const textsOf = (items: readonly ThreadItem[]) => items.flatMap((item) => (item.type === 'message' ? [item.text] : []))
const eventsOf = (conversation: AgentConversation) =>
  conversation.$messages.get().flatMap((item) => (item.type === 'event' ? [item.kind] : []))

describe('the session of an inbox', () => {
  it('[IN2] is asked for first, and begins with the right password', async () => {
    const { clock, server, login, open } = setUp()
    const inbox = open()
    expect(inbox.$session.get()).toBe('unknown')
    await clock.settle()
    expect(inbox.$session.get()).toBe('signed-out')
    expect(inbox.$connection.get()).toBe('idle')
    await expect(inbox.signIn({ ...login, password: 'wrong' })).rejects.toMatchObject({ code: 'wrong_credentials' })
    await inbox.signIn(login)
    await clock.settle()
    expect(inbox.$session.get()).toBe('signed-in')
    expect(inbox.$connection.get()).toBe('online')
    expect(inbox.$agent.get()).toMatchObject({ id: server.agent.id, presence: 'online' })
    expect(inbox.$sites.get()).toEqual([{ id: 'acme', name: 'Acme' }])
    await inbox.close()
    const again = open()
    await clock.settle()
    expect(again.$session.get()).toBe('signed-in')
    expect(again.$connection.get()).toBe('online')
    await again.close()
  })

  it('[IN2] ends with signing out, and when the server says that it has ended', async () => {
    const { clock, server, login, signedIn } = setUp()
    const inbox = await signedIn()
    await inbox.signOut()
    expect(inbox.$session.get()).toBe('signed-out')
    expect(inbox.$agent.get()).toBeNull()
    await inbox.signIn(login)
    await clock.settle()
    server.refusesConnections({ code: 'unauthenticated', message: 'the session has ended' })
    server.dropsConnection()
    await clock.advance(2_000)
    expect(inbox.$session.get()).toBe('signed-out')
    expect(() => inbox.conversation('x')).toThrow('nobody is signed in')
    await inbox.close()
  })
})

describe('the lists of an inbox', () => {
  it('[IN3] follow what happens, with their counts', async () => {
    const { clock, server, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const unassigned = inbox.list({ list: 'unassigned', status: 'open' })
    const mine = inbox.list({ list: 'mine', status: 'open' })
    await clock.settle()
    expect(unassigned.$loading.get()).toBe(false)
    const first = await visitor('Hello')
    const second = await visitor('Anybody there?')
    expect(idsOf(unassigned)).toEqual([second.id, first.id])
    expect(unassigned.$rows.get()[1]).toMatchObject({ last: { text: 'Hello', direction: 'in' }, unread: 1 })
    expect(inbox.$counts.get()).toEqual({ mine: 0, unassigned: 2, all: 2 })
    first.conversation.send({ text: 'I wait' })
    await clock.advance(1_000)
    expect(idsOf(unassigned)).toEqual([first.id, second.id])
    server.agent.assign(first.id)
    await clock.advance(1_000)
    expect(idsOf(unassigned)).toEqual([second.id])
    expect(idsOf(mine)).toEqual([first.id])
    expect(inbox.$counts.get()).toEqual({ mine: 1, unassigned: 1, all: 2 })
    server.agent.close(first.id)
    await clock.advance(1_000)
    expect(idsOf(mine)).toEqual([])
    await inbox.close()
  })

  it('[IN3] keep the rows that did not change, and ask once for many hints', async () => {
    const { clock, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const all = inbox.list({ list: 'all', status: 'open' })
    const still = await visitor('I stay')
    const busy = await visitor('I write a lot')
    const kept = all.$rows.get().find(({ id }) => id === still.id)
    let changes = 0
    all.$rows.listen(() => changes++)
    for (let index = 0; index < 10; index++) busy.conversation.send({ text: `${index}` })
    await clock.advance(2_000)
    expect(all.$rows.get()[0]).toMatchObject({ id: busy.id, unread: 11 })
    expect(all.$rows.get().find(({ id }) => id === still.id)).toBe(kept)
    expect(changes).toBeLessThanOrEqual(4)
    await inbox.close()
  })

  it('[IN3] read anew what was missed while the connection was gone', async () => {
    const { clock, server, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const all = inbox.list({ list: 'all', status: 'open' })
    const before = await visitor('Before')
    server.refusesConnections({ code: 'overloaded', message: 'later' })
    server.dropsConnection()
    await clock.advance(500)
    server.agent.close(before.id)
    server.refusesConnections(null)
    const after = await visitor('After')
    await clock.advance(60_000)
    expect(inbox.$connection.get()).toBe('online')
    expect(idsOf(all)).toEqual([after.id])
    await inbox.close()
  })

  it('[IN4] grow downward page by page, and show a list that was closed at once', async () => {
    const { clock, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const ids: string[] = []
    for (let index = 0; index < 60; index++)
      ids.unshift((await visitor(`${String.fromCharCode(65 + index)}${'x'.repeat(index)}`)).id)
    const all = inbox.list({ list: 'all', status: 'all' })
    await clock.settle()
    expect(idsOf(all)).toEqual(ids.slice(0, 50))
    expect(all.$more.get()).toBe(true)
    await Promise.all([all.loadMore(), all.loadMore(), clock.settle()])
    expect(idsOf(all)).toEqual(ids)
    expect(all.$more.get()).toBe(false)
    all.close()
    const again = inbox.list({ list: 'all', status: 'all' })
    expect(idsOf(again)).toEqual(ids)
    again.close()
    await inbox.close()
  })

  it('[IN11] tell of each message of a contact once, and of nothing that was there before', async () => {
    const { clock, server, signedIn, visitor } = setUp()
    const early = await visitor('Early')
    const inbox = await signedIn()
    const heard: string[] = []
    const stop = inbox.onIncoming((row: Row) => heard.push(row.last?.text ?? ''))
    await clock.advance(5_000)
    expect(heard).toEqual([])
    early.conversation.send({ text: 'Still there' })
    await clock.advance(1_000)
    server.agent.post(early.id, 'Answered elsewhere')
    await clock.advance(1_000)
    await visitor('A new one')
    expect(heard).toEqual(['Still there', 'A new one'])
    stop()
    await visitor('Unheard of')
    expect(heard).toHaveLength(2)
    await inbox.close()
  })
})

describe('a conversation in an inbox', () => {
  it('[IN8] shows both sides, who they are, and how far they have read', async () => {
    const { clock, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const { conversation: theirs, id } = await visitor('Hello')
    const ours = inbox.conversation(id)
    expect(inbox.conversation(id)).toBe(ours)
    await clock.settle()
    expect(textsOf(ours.$messages.get())).toEqual(['Hello'])
    expect(ours.$contact.get()).toMatchObject({ kind: 'contact', online: true })
    expect(ours.$unread.get()).toBe(1)
    const sent = ours.send({ text: 'Good day' })
    await clock.settle()
    await sent.stored
    expect(eventsOf(ours)).toContain('conversation.assigned')
    expect(textsOf(theirs.$messages.get())).toEqual(['Hello', 'Good day'])
    theirs.markRead()
    theirs.typing()
    await clock.settle()
    expect(ours.$messages.get().at(-1)).toMatchObject({ mine: true, status: 'read' })
    expect(Object.values(ours.$marks.get())).not.toHaveLength(0)
    expect(ours.$typing.get()).toMatchObject([{ kind: 'contact' }])
    expect(inbox.$typing.get()[id]).toMatchObject([{ kind: 'contact' }])
    await clock.advance(10_000)
    expect(inbox.$typing.get()).toEqual({})
    await inbox.close()
  })

  it('[IN28] has a row that says like the thread whether the contact is there', async () => {
    const { clock, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const all = inbox.list({ list: 'all', status: 'open' })
    const { id, chat } = await visitor('Hello')
    const ours = inbox.conversation(id)
    await clock.settle()
    expect([all.$rows.get()[0]?.online, ours.$contact.get()?.online]).toEqual([true, true])
    await chat.close()
    await clock.advance(2_000)
    expect([all.$rows.get()[0]?.online, ours.$contact.get()?.online]).toEqual([false, false])
    await inbox.close()
  })

  it('[IN6] has nothing unread in any list from the moment it is read', async () => {
    const { clock, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const all = inbox.list({ list: 'all', status: 'open' })
    const { id, conversation: theirs } = await visitor('Hello')
    const ours = inbox.conversation(id)
    await clock.settle()
    expect(all.$rows.get()[0]?.unread).toBe(1)
    ours.markRead()
    expect(all.$rows.get()[0]?.unread).toBe(0)
    await clock.advance(1_000)
    expect(all.$rows.get()[0]?.unread).toBe(0)
    theirs.send({ text: 'More' })
    await clock.advance(1_000)
    expect(all.$rows.get()[0]?.unread).toBe(1)
    await inbox.close()
  })

  it('[IN9] is assigned, given back, closed and reopened exactly once, whatever the network does', async () => {
    const { clock, server, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const { id } = await visitor('Hello')
    const dewi = server.addAgent({ name: 'Dewi' })
    const ours = inbox.conversation(id)
    await clock.settle()
    server.losesAck('commands')
    const assigned = ours.assign(dewi.id)
    await clock.advance(30_000)
    await assigned
    const givenBack = ours.unassign()
    await clock.settle()
    await givenBack
    server.dropsConnection()
    const closed = ours.resolve('Solved')
    await clock.advance(30_000)
    await closed
    const reopened = ours.reopen()
    await clock.settle()
    await reopened
    expect(server.log(id).map(({ kind }) => kind)).toEqual([
      'conversation.opened',
      'message.posted',
      'conversation.assigned',
      'conversation.unassigned',
      'conversation.closed',
      'conversation.reopened',
    ])
    expect(ours.$view.get()).toMatchObject({ status: 'open', assignee: null, episode: 2 })
    await inbox.close()
  })

  it('[IN9] tells why something was refused, and leaves nothing behind', async () => {
    const { clock, signedIn, visitor } = setUp()
    const inbox = await signedIn()
    const { id } = await visitor('Hello')
    const ours = inbox.conversation(id)
    await clock.settle()
    const refused = ours.assign('0197a000-0000-7000-8000-000000000009').catch((error: unknown) => error)
    await clock.settle()
    expect(await refused).toMatchObject({ code: 'not_found' })
    expect(textsOf(ours.$messages.get())).toEqual(['Hello'])
    const sent = ours.send({ text: 'Works still' })
    await clock.settle()
    expect((await sent.stored).n).toBeGreaterThan(1)
    await inbox.close()
  })

  it('[IN8] says when it is not there', async () => {
    const { clock, signedIn } = setUp()
    const inbox = await signedIn()
    const none = inbox.conversation('0197a000-0000-7000-8000-000000000009')
    await clock.settle()
    expect(none.$gone.get()).toMatchObject({ code: 'not_found' })
    none.close()
    expect(inbox.conversation('0197a000-0000-7000-8000-000000000009')).not.toBe(none)
    await inbox.close()
  })
})

describe('presence', () => {
  it('[IN15] is set once, also across a lost connection, and seen by colleagues', async () => {
    const { clock, server, signedIn } = setUp()
    const inbox = await signedIn()
    const dewi = server.addAgent({ name: 'Dewi' })
    const other = createInbox({
      server: SERVER,
      environment: {
        ...createTestDevice({ clock, transport: server.transport({ agent: dewi.id }), seed: 9 }).tab(),
        fetch: async () => Response.json({ agent: { id: dewi.id } }),
      },
    })
    await clock.settle()
    const set = inbox.setPresence('break')
    await clock.settle()
    await set
    expect(inbox.$agent.get()?.presence).toBe('break')
    await clock.advance(1_000)
    expect(other.$colleagues.get().find(({ id }) => id === server.agent.id)).toMatchObject({ presence: 'break' })
    server.dropsConnection()
    const back = inbox.setPresence('online')
    await clock.advance(30_000)
    await back
    expect(inbox.$agent.get()?.presence).toBe('online')
    await inbox.close()
    await other.close()
  })
})
