// An agent's inbox, from its parts. The session is a cookie: `me` says whether it holds, the socket proves it again.
// What is written belongs to the agent who wrote it: each has an outbox of their own on the device, open while they
// are signed in. No state outside this function.

import { PROTOCOL_VERSION, type ActorRef, type AgentAuth, type AgentWelcome, type Colleague } from '@pendopo/protocol'
import { atom } from 'nanostores'
import { createConnection } from '../connection/create-connection.ts'
import { createDeviceStorage } from '../device-storage.ts'
import { createEnvironment } from '../environment/default-environment.ts'
import type { AgentConversation, Inbox, InboxOptions } from '../inbox-client.ts'
import { createAttachments } from '../files/attachments.ts'
import { createOutbox } from '../outbox/create-outbox.ts'
import { PendopoError } from '../pendopo-error.ts'
import type { ThreadAuthor } from '../thread.ts'
import type { Viewer } from '../timeline/to-thread-items.ts'
import { createAgentConversation } from './agent-conversation.ts'
import { createAgentHttp } from './agent-http.ts'
import { createAgentLists } from './agent-lists.ts'
import { createCookieTransport } from './cookie-transport.ts'
import { createInboxSettings } from './inbox-settings.ts'
import { createIssuer } from './issue.ts'
import { createPresenceWish } from './presence-wish.ts'
import { createTypingRoster } from './typing-roster.ts'

/** Between two tries to ask who is signed in: the first soon, then calmly. */
const ASK_AGAIN_MS = [1_000, 2_000, 5_000, 15_000] as const

export function createInbox(options: InboxOptions): Inbox {
  const isBrowser = typeof document !== 'undefined'
  const http = createAgentHttp({
    server: options.server,
    fetch: (input, init) => environment.fetch(input, init),
    isBrowser,
  })
  const cookies = createCookieTransport(() => http.headers())
  const environment = createEnvironment({ ...(!isBrowser && { transport: cookies.transport }), ...options.environment })
  const { clock, attention } = environment
  const $session = atom<'unknown' | 'signed-out' | 'signed-in'>('unknown')
  const $error = atom<PendopoError | null>(null)
  const $agent = atom<AgentWelcome['agent'] | null>(null)
  const $colleagues = atom<readonly Colleague[]>([])
  const $sites = atom<AgentWelcome['sites']>([])
  const $viewer = atom<Viewer>({ side: 'agent', id: null })
  let desk: Desk | null = null
  let isClosed = false
  /** The server ends the session that asks for another, and the word of it may come before the answer. */
  let isRenewing = false
  let cancelAsk: (() => void) | null = null

  const connection = createConnection<AgentWelcome>({
    server: options.server,
    namespace: '/agent',
    // An agent who looks elsewhere still wants to be told: the socket stays while the page is hidden.
    environment: { ...environment, attention: { ...attention, isVisible: () => true } },
    probe: { name: 'list', argument: { list: 'mine', status: 'open', limit: 1 } },
    async auth(): Promise<AgentAuth> {
      if (environment.transport === cookies.transport) await cookies.load()
      return { version: PROTOCOL_VERSION }
    },
  })
  const lists = createAgentLists(connection, environment)
  const presence = createPresenceWish(connection, environment)
  const typing = createTypingRoster(connection, clock, toAuthor)

  function toAuthor(who: ActorRef): ThreadAuthor | null {
    if (who.kind === 'agent' && who.id === $viewer.get().id) return null
    const name = $colleagues.get().find(({ id }) => id === who.id)?.name ?? ''
    return { kind: who.kind === 'visitor' ? 'contact' : who.kind, id: who.id, name }
  }

  /** What belongs to one agent on this device. */
  type Desk = ReturnType<typeof openDesk>
  function openDesk(agent: string) {
    const name = `pendopo:${new URL(options.server).href}:agent:${agent}`
    const device = createDeviceStorage({ ...environment, name })
    const outbox = createOutbox({ name, storage: device.open, connection, environment })
    const issuer = createIssuer(outbox, environment)
    const conversations = new Map<string, ReturnType<typeof createAgentConversation>>()
    const attachments = createAttachments({
      ...{ name, server: options.server, storage: device.open, connection, environment },
      target: async () => ({ path: 'api/agent/files', headers: http.headers() }),
      post(conversation, command, files) {
        const open = conversations.get(conversation)
        if (open !== undefined) return open.post(command, files)
        const queued = outbox.add([{ conversation, command, attachments: files }])
        // Nobody looks at it: the conversation is not open.
        return { id: command.id, queued, stored: new Promise(() => undefined) }
      },
    })
    const stopAck = outbox.onAck(({ conversation }) => lists.touch([conversation]))
    // Rows say who is there too, and would say otherwise than the open thread until the next beat.
    const stopPeople = connection.onPacket('presence', ({ people = {} }) => {
      const isAbout = ({ $view }: AgentConversation) => $view.get()?.identities.some((id) => id in people) === true
      lists.touch([...conversations].flatMap(([id, conversation]) => (isAbout(conversation) ? [id] : [])))
    })
    void outbox.load()
    attachments.resume()
    return {
      agent,
      conversation(id: string): AgentConversation {
        const known = conversations.get(id)
        if (known !== undefined) return known
        const conversation = createAgentConversation({
          id,
          connection,
          outbox,
          attachments,
          environment,
          $viewer,
          issuer,
          originalMail: (mail) => http.originalMail(id, mail),
          unreadHint: () => lists.unreadOf(id),
          onRead: (upTo) => lists.read(id, upTo),
          onClose: () => void conversations.delete(id),
        })
        conversations.set(id, conversation)
        return conversation
      },
      close() {
        for (const conversation of [...conversations.values()]) conversation.close()
        attachments.close()
        stopAck()
        stopPeople()
        issuer.close()
        void outbox.close().then(device.close)
      },
    }
  }

  function enter(agent: AgentWelcome['agent']): void {
    if (desk?.agent !== agent.id) {
      leaveDesk()
      $viewer.set({ side: 'agent', id: agent.id })
      desk = openDesk(agent.id)
    }
    $agent.set(agent)
    $error.set(null)
    $session.set('signed-in')
  }

  function leaveDesk(): void {
    desk?.close()
    desk = null
    lists.reset()
  }

  function leave(): void {
    connection.disconnect()
    $session.set('signed-out')
    leaveDesk()
    $agent.set(null)
    $colleagues.set([])
    $viewer.set({ side: 'agent', id: null })
  }

  async function ask(attempt: number): Promise<void> {
    cancelAsk = null
    try {
      const agent = await http.me()
      if (isClosed || $session.get() !== 'unknown') return
      if (agent === null) return leave()
      enter(agent)
      connection.connect()
    } catch (error) {
      if (isClosed || $session.get() !== 'unknown') return
      environment.log('session.unknown', { error: String(error) })
      $error.set(
        error instanceof PendopoError
          ? error
          : new PendopoError('internal', 'unable to ask who is signed in', { cause: error }),
      )
      cancelAsk = clock.after(
        ASK_AGAIN_MS[Math.min(attempt, ASK_AGAIN_MS.length - 1)] ?? 0,
        () => void ask(attempt + 1),
      )
    }
  }

  const stops = [
    connection.onPacket('welcome', ({ agent, colleagues, sites }) => {
      enter(agent)
      $colleagues.set(colleagues)
      $sites.set(sites)
    }),
    connection.onPacket('presence', ({ colleagues }) => {
      if (colleagues === undefined) return
      const changed = new Map(colleagues.map((colleague) => [colleague.id, colleague]))
      const known = $colleagues.get()
      const added = colleagues.filter(({ id }) => !known.some((colleague) => colleague.id === id))
      $colleagues.set([...known.map((colleague) => changed.get(colleague.id) ?? colleague), ...added])
      const agent = $agent.get()
      const self = agent === null ? undefined : changed.get(agent.id)
      if (agent !== null && self !== undefined) $agent.set({ ...agent, ...self })
    }),
    connection.$error.listen((error) => {
      if (isRenewing) return
      if (error?.code === 'unauthenticated' || error?.code === 'wrong_credentials') leave()
      else if ($session.get() === 'signed-in') $error.set(error)
    }),
    attention.onChange(() => {
      if (cancelAsk === null || !attention.isVisible()) return
      cancelAsk()
      void ask(0)
    }),
    () => cancelAsk?.(),
  ]
  void ask(0)

  return {
    $session,
    $connection: connection.$status,
    $error,
    $agent,
    $colleagues,
    $sites,
    $counts: lists.$counts,
    $typing: typing.$typing,
    async signIn(login) {
      const agent = await http.signIn(login)
      if (agent === null) return 'needs-code'
      if (isClosed) return 'signed-in'
      enter(agent)
      connection.restart()
      return 'signed-in'
    },
    async signOut() {
      await http.signOut()
      leave()
    },
    async signOutEverywhere() {
      await http.signOutEverywhere()
      leave()
    },
    twoStep: http.twoStep,
    settings: createInboxSettings(http.call),
    async changePassword(change) {
      let isChanged = false
      isRenewing = true
      try {
        await http.changePassword(change)
        isChanged = true
      } finally {
        isRenewing = false
        if (isChanged && !isClosed) connection.restart()
        // Done, and the answer with the new session was lost.
        else if (connection.$error.get()?.code === 'unauthenticated') leave()
      }
    },
    list: (query) => lists.open(query),
    conversation(id) {
      if (desk === null) throw new PendopoError('unauthenticated', 'unable to open a conversation; nobody is signed in')
      return desk.conversation(id)
    },
    async setPresence(wanted) {
      const agent = $agent.get()
      if (agent === null) throw new PendopoError('unauthenticated', 'unable to set the presence; nobody is signed in')
      await presence.set(agent.id, wanted)
      const now = $agent.get()
      if (now?.id === agent.id) $agent.set({ ...now, presence: wanted })
    },
    onIncoming: (listener) => lists.onIncoming(listener),
    async close() {
      if (isClosed) return
      isClosed = true
      for (const stop of stops.splice(0)) stop()
      desk?.close()
      desk = null
      presence.close()
      typing.close()
      lists.close()
      connection.close()
    },
  }
}
