// A visitor's chat, from its parts. One connection, one outbox, one conversation: `connection/` keeps the first up,
// `outbox/` keeps what was written until it is in the log, `thread/` shows both. Nothing is stored or sent before
// somebody connects, signs in or writes. No state outside this function: two chats on one page do not meet.

import type { VisitorWelcome } from '@pendopo/protocol'
import { atom } from 'nanostores'
import type { Chat, ChatOptions } from './chat.ts'
import { createConnection } from './connection/create-connection.ts'
import { nextWelcome } from './connection/next-welcome.ts'
import { derived } from './derived.ts'
import { createDeviceStorage } from './device-storage.ts'
import { createEnvironment } from './environment/default-environment.ts'
import { createHeads, currentOf } from './heads.ts'
import { createLastVisit } from './last-visit.ts'
import { createOutbox } from './outbox/create-outbox.ts'
import { createAttachments } from './files/attachments.ts'
import { createPageViews } from './page-views.ts'
import { assertOpen, toPendopoError } from './pendopo-error.ts'
import { createThread } from './thread/create-thread.ts'
import type { Viewer } from './timeline/to-thread-items.ts'
import { toConversation } from './visitor-conversation.ts'
import { createVisitorCredentials } from './visitor-credentials.ts'
import { createVisitorToken, hasToken } from './visitor-token.ts'

/** A chat with one site; `idle` until `connect`, `identify` or the first `send`. */
export function createChat(options: ChatOptions): Chat {
  const environment = createEnvironment(options.environment)
  const name = `pendopo:${new URL(options.server).href}:${options.site}`
  const $viewer = atom<Viewer>({ side: 'visitor', id: null })
  const $availability = atom<'online' | 'away' | null>(null)
  const $hasMail = atom(false)
  /** The conversation that a mailed link has led to. */
  let resumed: string | null = null
  let isClosed = false

  const device = createDeviceStorage({ ...environment, name })
  const storage = device.open
  const token = createVisitorToken({
    ...environment,
    storage,
    onGivenUp() {
      device.giveUp()
      outbox.check()
    },
  })

  const credentials = createVisitorCredentials({
    ...options,
    token,
    reconnect,
    isRefused: () => connection.$error.get()?.code === 'unauthenticated',
  })

  const connection = createConnection<VisitorWelcome>({
    server: options.server,
    namespace: '/visitor',
    environment,
    probe: { name: 'heads', argument: {} },
    auth: credentials.auth,
  })

  const lastVisit = createLastVisit(storage)
  const outbox = createOutbox({ name, storage, connection, environment })
  const heads = createHeads(connection, environment)
  const headOf = (id: string | null) => heads.$heads.get()?.find((head) => head.id === id)

  const attachments = createAttachments({
    ...{ name, server: options.server, storage, connection, environment },
    target: () => credentials.target('files'),
    post: (_, command, files) => thread.post(command, files),
  })
  const thread = createThread({
    connection,
    outbox,
    attachments,
    environment,
    $viewer,
    // What nobody has told is not sent.
    opening: () => ({ page: pages.current(), locale: options.locale }),
    // All that a visitor writes belongs to this conversation, apart from what waits for another one of theirs.
    owns({ conversation }, id) {
      const resolved = outbox.resolve(conversation)
      return resolved === id || headOf(resolved) === undefined
    },
    unreadHint: headOf,
    onGone: () => thread.bind(null),
  })
  const conversation = toConversation(thread)

  const pages = createPageViews(environment.clock, (page) =>
    conversation.$status.get() === 'open' && connection.isOnline()
      ? thread.command({ kind: 'page.view', data: { page } })
      : null,
  )

  const stops = [
    connection.onPacket('welcome', ({ identities, availability, site }) => {
      $hasMail.set(!!site.mail)
      $viewer.set({ side: 'visitor', id: identities[0] ?? null, identities })
      $availability.set(availability)
    }),
    connection.onPacket('presence', ({ availability }) => {
      if (availability !== undefined) $availability.set(availability)
    }),
    connection.onPacket('gone', (packet) => {
      if (packet.conversation === thread.$id.get()) thread.bind(null)
    }),
    heads.$heads.subscribe((all) => {
      if (all === null) return
      const current = headOf(thread.$id.get())
      const next = headOf(resumed) ?? currentOf(all)
      // A conversation that was opened here a moment ago may not be in the list yet.
      if (next?.id !== resumed && current === undefined && conversation.$status.get() === 'open') return
      thread.bind(next?.id ?? null)
      if (next !== undefined) thread.compare(next.n)
    }),
    outbox.onAck((ack) => {
      if (headOf(ack.conversation) === undefined) heads.compare()
    }),
    outbox.onWiped(forget),
    conversation.$status.listen(pages.flush),
    connection.onOnline(pages.flush),
    thread.$view.subscribe((view, former) => {
      if (view !== null && view.id !== former?.id) void lastVisit.remember(view.id)
    }),
  ]

  function connect(): void {
    assertOpen(isClosed)
    connection.connect()
    void outbox.load()
    attachments.resume()
    void lastVisit.recall().then((id) => {
      if (id !== undefined && heads.$heads.get() === null && thread.$id.get() === null) thread.bind(id)
    })
  }

  function reconnect(): Promise<void> {
    const welcome = nextWelcome(connection)
    connection.restart()
    void outbox.load()
    return welcome
  }

  /** Nothing of the person is left in this tab; the next `connect` is somebody new. */
  function forget(): void {
    credentials.forget()
    attachments.forget()
    connection.disconnect()
    heads.reset()
    thread.bind(null)
    $viewer.set({ side: 'visitor', id: null })
    $availability.set(null)
  }

  return {
    $connection: connection.$status,
    $error: connection.$error,
    $availability,
    $hasMail,
    $persistence: outbox.$persistence,
    $unread: derived(
      [heads.$heads, thread.$id, thread.$unread],
      () => thread.$unread.get() + heads.unreadBeside(thread.$id.get()),
    ),
    connect,
    async isReturning() {
      assertOpen(isClosed)
      return hasToken(storage)
    },
    async identify(given) {
      assertOpen(isClosed)
      await credentials.identify(given ?? {})
    },
    async logout() {
      assertOpen(isClosed)
      connection.signal('logout', {})
      forget()
      await outbox.wipe()
    },
    async resume(link) {
      assertOpen(isClosed)
      const { redeem } = await import('./redeem.ts')
      resumed = await redeem(link, options.server, credentials, environment, toPendopoError)
      // What a connection may see was settled when it was made; what is wrong with the next one is that one's to tell.
      await reconnect().catch(() => {})
    },
    conversation: () => conversation,
    viewPage: pages.view,
    async close() {
      if (isClosed) return
      isClosed = true
      for (const stop of stops) stop()
      for (const part of [pages, attachments, thread, heads, connection]) part.close()
      await outbox.close()
      await device.close()
    },
  }
}
