// A visitor's chat, from its parts. One connection, one outbox, one conversation: `connection/` keeps the first up,
// `outbox/` keeps what was written until it is in the log, `thread/` shows both. Nothing is stored or sent before
// somebody connects, signs in or writes. No state outside this function: two chats on one page do not meet.

import { PROTOCOL_VERSION, type VisitorAuth, type VisitorWelcome } from '@pendopo/protocol'
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
import { createPageViews } from './page-views.ts'
import { assertOpen, PendopoError } from './pendopo-error.ts'
import { createThread } from './thread/create-thread.ts'
import type { Viewer } from './timeline/to-thread-items.ts'
import { toConversation } from './visitor-conversation.ts'
import { createVisitorToken, hasToken } from './visitor-token.ts'

/** A chat with one site; `idle` until `connect`, `identify` or the first `send`. */
export function createChat(options: ChatOptions): Chat {
  const environment = createEnvironment(options.environment)
  const { clock } = environment
  const name = `pendopo:${new URL(options.server).href}:${options.site}`
  const $viewer = atom<Viewer>({ side: 'visitor', id: null })
  const $availability = atom<'online' | 'away' | null>(null)
  /** The host's word on who this is; never stored. */
  let proof: string | undefined
  /** The one that the server took last. */
  let accepted: string | undefined
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

  const connection = createConnection<VisitorWelcome>({
    server: options.server,
    namespace: '/visitor',
    environment,
    probe: { name: 'heads', argument: {} },
    async auth(): Promise<VisitorAuth> {
      return {
        version: PROTOCOL_VERSION,
        site: options.site,
        token: await token.load(),
        ...(proof !== undefined && { identity: proof }),
        ...(options.key !== undefined && { key: options.key }),
      }
    },
  })

  const lastVisit = createLastVisit(storage)
  const outbox = createOutbox({ name, storage, connection, environment })
  const heads = createHeads(connection, environment)
  const { $heads } = heads
  const headOf = (id: string | null) => $heads.get()?.find((head) => head.id === id)

  const thread = createThread({
    connection,
    outbox,
    environment,
    $viewer,
    opening() {
      const page = pages.current()
      return page === undefined ? {} : { page }
    },
    // All that a visitor writes belongs to this conversation, apart from what waits for another one of theirs.
    owns({ conversation }, id) {
      const resolved = outbox.resolve(conversation)
      return resolved === id || headOf(resolved) === undefined
    },
    unreadHint: headOf,
    onGone: () => thread.bind(null),
  })
  const conversation = toConversation(thread)

  const pages = createPageViews(clock, async (page) => {
    if (conversation.$status.get() !== 'open' || !connection.isOnline()) return false
    return thread.command({ kind: 'page.view', data: { page } }).then(
      () => true,
      () => false,
    )
  })

  const stops = [
    connection.onPacket('welcome', ({ identities, availability }) => {
      $viewer.set({ side: 'visitor', id: identities[0] ?? null, identities })
      $availability.set(availability)
    }),
    connection.onPacket('presence', ({ availability }) => {
      if (availability !== undefined) $availability.set(availability)
    }),
    connection.onPacket('gone', (packet) => {
      if (packet.conversation === thread.$id.get()) thread.bind(null)
    }),
    $heads.subscribe((all) => {
      if (all === null) return
      const current = headOf(thread.$id.get())
      const next = currentOf(all)
      // A conversation that was opened here a moment ago may not be in the list yet.
      if (current === undefined && conversation.$status.get() === 'open') return
      thread.bind(next?.id ?? null)
      if (next !== undefined) thread.compare(next.n)
    }),
    outbox.onAck((ack) => {
      if (headOf(ack.conversation) === undefined) heads.compare()
    }),
    outbox.onWiped(forget),
    conversation.$status.listen((status) => {
      if (status === 'open') pages.flush()
    }),
    connection.onOnline(pages.flush),
    thread.$view.subscribe((view, former) => {
      if (view !== null && view.id !== former?.id) void lastVisit.remember(view.id)
    }),
  ]

  function connect(): void {
    assertOpen(isClosed)
    connection.connect()
    void outbox.load()
    void lastVisit.recall().then((id) => {
      if (id !== undefined && $heads.get() === null && thread.$id.get() === null) thread.bind(id)
    })
  }

  /** Nothing of the person is left in this tab; the next `connect` is somebody new. */
  function forget(): void {
    proof = accepted = undefined
    token.forget()
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
    $persistence: outbox.$persistence,
    $unread: derived([$heads, thread.$id, thread.$unread], () =>
      ($heads.get() ?? []).reduce(
        (sum, { id, unread }) => (id === thread.$id.get() ? sum : sum + unread),
        thread.$unread.get(),
      ),
    ),
    connect,
    async isReturning() {
      assertOpen(isClosed)
      // A device that does not say is like one that knows nobody.
      return storage()
        .then(hasToken)
        .catch(() => false)
    },
    async identify(given) {
      assertOpen(isClosed)
      // Whoever calls from JavaScript may pass anything.
      const { token }: Partial<typeof given> = given ?? {}
      if (typeof token !== 'string' || token === '')
        throw new PendopoError('invalid', 'unable to sign in; pass { token }, a JWT')
      proof = token
      const welcome = nextWelcome(connection)
      connection.restart()
      void outbox.load()
      try {
        await welcome
        if (proof === token) accepted = token
      } catch (error) {
        if (proof === token && connection.$error.get()?.code === 'unauthenticated') {
          proof = accepted
          connection.restart()
        }
        throw error
      }
    },
    async logout() {
      assertOpen(isClosed)
      forget()
      await outbox.wipe()
    },
    conversation: () => conversation,
    viewPage: pages.view,
    async close() {
      if (isClosed) return
      isClosed = true
      for (const stop of stops) stop()
      pages.close()
      thread.close()
      heads.close()
      connection.close()
      await outbox.close()
      await device.close()
    },
  }
}
