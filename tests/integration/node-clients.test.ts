// The headless clients in Node against a real server: everything a visitor and an agent do, over real sockets and a real
// cookie; by itself in a process of its own, and below a path of somebody else's application.

import { createChat, type Chat, type ChatConversation } from '@pendopo/sdk'
import { createInbox, type AgentConversation, type Inbox } from '@pendopo/sdk/inbox'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startMountedServer } from '../support/mounted-server.ts'
import { startServer } from '../support/server.ts'
import { addSite } from '../support/sites.ts'
import { signIdentity } from '../support/sign-identity.ts'
import { until } from '../support/until.ts'

interface Place {
  readonly url: string
  readonly site: { readonly id: string; readonly key: string; readonly secret: string }
  readonly admin: { readonly email: string; readonly password: string }
  close(): Promise<void>
}

/** The program, as `pendopo serve` starts it. */
async function startByItself(): Promise<Place> {
  const server = await startServer()
  return { ...server, site: await addSite(server, 'Acme', 'https://acme.example') }
}

const texts = (conversation: Pick<ChatConversation, '$messages'>) =>
  conversation.$messages.get().flatMap((item) => (item.type === 'message' ? [item.text] : []))

const kinds = (conversation: Pick<AgentConversation, '$messages'>) =>
  conversation.$messages.get().flatMap((item) => (item.type === 'event' ? [item.kind] : []))

describe.each([
  ['by itself', startByItself],
  ['below /chat of an Express application', startMountedServer],
] as const)('a server %s, and its clients in Node', (_, start) => {
  let place: Place
  let inbox: Inbox
  const opened: { close(): Promise<void> }[] = []

  beforeAll(async () => {
    place = await start()
    inbox = createInbox({ server: place.url })
    await until(inbox.$session, 'nobody is signed in', (session) => session === 'signed-out')
    await inbox.signIn(place.admin)
    await until(inbox.$connection, 'the inbox is online', (status) => status === 'online')
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })
  afterAll(async () => {
    await inbox?.close()
    await place?.close()
  })

  function openChat(): Chat {
    const { url, site } = place
    const chat = createChat({ server: url, site: site.id, key: site.key })
    opened.push(chat)
    return chat
  }

  /** A chat whose first message is stored, with the agent's view of it. */
  async function openConversation(text: string) {
    const chat = openChat()
    const theirs = chat.conversation()
    await theirs.send({ text }).stored
    const id = theirs.$id.get()
    if (id === null) throw new Error('a stored message without a conversation')
    const ours = inbox.conversation(id)
    opened.push({ close: async () => ours.close() })
    await until(ours.$messages, 'the agent sees the message', () => texts(ours).includes(text))
    return { chat, theirs, ours, id }
  }

  it('[IN3] [LG8] [CN27] [CN28] carries a conversation from the first message to the last', async () => {
    const unassigned = inbox.list({ list: 'unassigned', status: 'open' })
    const mine = inbox.list({ list: 'mine', status: 'open' })
    opened.push({ close: async () => (unassigned.close(), mine.close()) })
    await until(unassigned.$loading, 'the list is there', (isLoading) => !isLoading)
    const incoming = new Promise<string>((resolve) => {
      const stop = inbox.onIncoming(({ id }) => (stop(), resolve(id)))
    })

    const chat = openChat()
    const theirs = chat.conversation()
    await theirs.send({ text: 'Is the shop open?' }).stored
    await until(unassigned.$rows, 'the row shows', (rows) => rows.some((row) => row.id === theirs.$id.get()))
    const [row] = unassigned.$rows.get()
    expect(row).toMatchObject({ unread: 1, online: true, last: { text: 'Is the shop open?', direction: 'in' } })
    expect(await incoming).toBe(row?.id)

    const ours = inbox.conversation(row?.id ?? '')
    opened.push({ close: async () => ours.close() })
    await until(ours.$messages, 'the agent sees it', () => texts(ours).length === 1)
    ours.markRead()
    await until(theirs.$messages, 'it is read', (items) =>
      items.some((item) => item.type === 'message' && item.status === 'read'),
    )

    ours.typing()
    await until(theirs.$typing, 'the agent is seen typing', ([who]) => who?.kind === 'agent')
    await ours.send({ text: 'Until five.' }).stored
    await until(theirs.$messages, 'the answer is there', () => texts(theirs).includes('Until five.'))
    await until(theirs.$typing, 'nobody types any more', (who) => who.length === 0)
    await until(mine.$rows, 'it is mine now', (rows) => rows.some(({ id }) => id === row?.id))
    await until(unassigned.$rows, 'it has left the others', (rows) => rows.every(({ id }) => id !== row?.id))
    expect(theirs.$agents.get()).toMatchObject([{ kind: 'agent', name: inbox.$agent.get()?.name, online: true }])
    expect(chat.$unread.get()).toBe(1)

    theirs.markRead()
    await until(ours.$messages, 'the answer is read', (items) =>
      items.some((item) => item.type === 'message' && item.mine && item.status === 'read'),
    )
    expect(chat.$unread.get()).toBe(0)
    theirs.typing()
    await until(ours.$typing, 'the visitor is seen typing', ([who]) => who?.kind === 'contact')

    await ours.resolve('answered')
    await until(theirs.$status, 'it is closed', (status) => status === 'closed')
    await theirs.send({ text: 'One more thing' }).stored
    await until(ours.$view, 'it is open again', (view) => view?.status === 'open')
    await until(ours.$messages, 'the message is there', () => texts(ours).includes('One more thing'))
    expect(kinds(ours)).toEqual(expect.arrayContaining(['conversation.closed', 'conversation.reopened']))
    expect(texts(theirs)).toEqual(['Is the shop open?', 'Until five.', 'One more thing'])
    expect(texts(ours)).toEqual(texts(theirs))
  })

  it('[TL13] tells the team which page the visitor is on', async () => {
    const all = inbox.list({ list: 'all', status: 'open' })
    opened.push({ close: async () => all.close() })
    const { chat, ours, id } = await openConversation('Looking around')
    chat.viewPage({ url: 'https://acme.example/pricing', title: 'Pricing' })
    await until(ours.$messages, 'the page is in the thread', (items) =>
      items.some((item) => item.type === 'event' && item.page?.title === 'Pricing'),
    )
    expect(texts(chat.conversation())).toEqual(['Looking around'])
    expect(
      chat
        .conversation()
        .$messages.get()
        .filter((item) => item.type === 'event' && item.kind === 'page.changed'),
    ).toEqual([])
    const next = inbox.list({ list: 'all', status: 'open' })
    opened.push({ close: async () => next.close() })
    await until(
      next.$rows,
      'the row has the page',
      (rows) => rows.find((row) => row.id === id)?.page?.title === 'Pricing',
    )
  })

  it('[CN31] [IN15] tells visitors when the last agent takes a break', async () => {
    const chat = openChat()
    chat.connect()
    await until(chat.$availability, 'somebody is there', (availability) => availability === 'online')
    await inbox.setPresence('break')
    await until(chat.$availability, 'nobody is there', (availability) => availability === 'away')
    await inbox.setPresence('online')
    await until(chat.$availability, 'somebody is there again', (availability) => availability === 'online')
  })

  it('[SC8] [CN15] shows a signed-in visitor their history on any device, and takes no other proof', async () => {
    const proof = () => signIdentity(place.site, { sub: 'user-7', name: 'Wayan', email: 'wayan@acme.example' })
    const first = openChat()
    await first.identify({ token: proof() })
    await first.conversation().send({ text: 'From the laptop' }).stored

    const second = openChat()
    await second.identify({ token: proof() })
    const there = second.conversation()
    await until(there.$messages, 'the history is there', () => texts(there).includes('From the laptop'))
    expect(there.$messages.get().find((item) => item.type === 'message')).toMatchObject({ mine: true })
    await there.send({ text: 'From the phone' }).stored
    await until(first.conversation().$messages, 'both show it', (items) =>
      items.some((item) => item.type === 'message' && item.text === 'From the phone'),
    )
    const id = there.$id.get() ?? ''
    const ours = inbox.conversation(id)
    opened.push({ close: async () => ours.close() })
    await until(ours.$contact, 'the agent sees the name', (contact) => contact?.name === 'Wayan')

    const stranger = openChat()
    const refused = { code: 'unauthenticated' }
    await expect(
      stranger.identify({ token: signIdentity({ ...place.site, secret: 'a guess' }, { sub: 'user-7' }) }),
    ).rejects.toMatchObject(refused)
    await until(stranger.$connection, 'the chat goes on without the proof', (status) => status === 'online')
    await expect(
      stranger.identify({ token: signIdentity(place.site, { sub: 'user-7', lifeS: -120 }) }),
    ).rejects.toMatchObject(refused)
    await expect(
      stranger.identify({ token: signIdentity(place.site, { sub: 'user-7', lifeS: 90_000 }) }),
    ).rejects.toMatchObject(refused)
    await expect(
      stranger.identify({ token: signIdentity({ ...place.site, id: 'other' }, { sub: 'user-7' }) }),
    ).rejects.toMatchObject(refused)
    await until(stranger.$connection, 'the chat goes on', (status) => status === 'online')
    expect(texts(stranger.conversation())).toEqual([])
    await stranger.identify({ token: proof() })
    expect(stranger.$connection.get()).toBe('online')
    await until(stranger.conversation().$messages, 'the history is there', () =>
      texts(stranger.conversation()).includes('From the phone'),
    )
  })

  it('[OB12] forgets the visitor at logout', async () => {
    const { chat, theirs, id } = await openConversation('Between us')
    expect(await chat.isReturning()).toBe(true)
    await chat.logout()
    expect(chat.$connection.get()).toBe('idle')
    expect(await chat.isReturning()).toBe(false)
    expect(theirs.$id.get()).toBeNull()
    expect(texts(theirs)).toEqual([])
    await theirs.send({ text: 'Somebody else' }).stored
    expect(theirs.$id.get()).not.toBe(id)
    expect(texts(theirs)).toEqual(['Somebody else'])
  })

  it('[SC2] refuses a visitor in Node without the key of the site', async () => {
    for (const key of [undefined, 'a-guess']) {
      const chat = createChat({ server: place.url, site: place.site.id, ...(key !== undefined && { key }) })
      opened.push(chat)
      chat.connect()
      await until(chat.$connection, 'it is refused', (status) => status === 'refused')
      expect(chat.$error.get()?.code).toBe('origin_refused')
    }
  })

  it('[SC9] [IN2] ends an agent’s session where it was ended', async () => {
    const other = createInbox({ server: place.url })
    opened.push(other)
    await expect(other.signIn({ email: place.admin.email, password: 'not the password' })).rejects.toMatchObject({
      code: 'wrong_credentials',
    })
    await other.signIn(place.admin)
    await until(other.$connection, 'it is online', (status) => status === 'online')
    await other.signOut()
    expect(other.$session.get()).toBe('signed-out')
    expect(other.$connection.get()).toBe('idle')
    expect(() => other.conversation('anything')).toThrow(/nobody is signed in/)
    expect(inbox.$session.get()).toBe('signed-in')
  })

  it('[OP15] [OP10] serves the loader, its chunks and the inbox with everything the page loads', async () => {
    const loader = await fetch(`${place.url}/${place.site.id}/widget.js`)
    expect(loader.status).toBe(200)
    const script = await loader.text()
    const entry = /"entry":"([^"]+)"/.exec(script)?.[1] ?? 'no entry'
    const chunk = await fetch(`${place.url}/assets/widget/${entry}`)
    expect([entry, chunk.status, chunk.headers.get('content-type')]).toEqual([
      entry,
      200,
      expect.stringContaining('javascript'),
    ])

    for (const path of ['inbox/', 'inbox/all/01900000-0000-7000-8000-000000000000']) {
      const page = await fetch(`${place.url}/${path}`)
      expect(page.headers.get('content-type')).toContain('text/html')
      const assets = [...(await page.text()).matchAll(/(?:src|href)="([^"#]+)"/g)].map(
        ([, asset = '']) => new URL(asset, page.url).href,
      )
      expect(assets.length).toBeGreaterThan(1)
      for (const asset of assets) {
        expect(asset.startsWith(`${place.url}/inbox/`), asset).toBe(true)
        const answer = await fetch(asset)
        expect([asset, answer.status]).toEqual([asset, 200])
        expect(answer.headers.get('content-type')).not.toContain('text/html')
      }
    }
  })
})
