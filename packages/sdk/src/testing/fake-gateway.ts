// Sockets and requests of the fake server: who is connected, who watches what, who is told.

import {
  canSee,
  LIMITS,
  toView,
  toWireEvent,
  type Actor,
  type ActorRef,
  type Answer,
  type Audience,
  type Command,
  type ConversationHead,
  type ConversationState,
  type ConversationView,
  type LogEvent,
  type RequestName,
  type StreamRef,
  type WireError,
} from '@pendopo/protocol'
import { REQUESTS } from '@pendopo/protocol/schemas'
import { check } from './check.ts'
import { profile, type FakeAgents } from './fake-agents.ts'
import { listRows } from './fake-lists.ts'
import type { FakeFiles } from './fake-files.ts'
import type { Appended, FakeLog } from './fake-log.ts'
import { mayKnow, toSeq, type FakeMarks } from './fake-marks.ts'
import type { FakeSocket } from './fake-network.ts'
import { createFakePeople } from './fake-people.ts'

export interface FakeSession {
  receive(name: RequestName, argument: unknown): unknown
  gone(): void
}

export interface FakeGateway {
  /** `node` is the one of several the socket is on. */
  connect(actor: Actor, socket: FakeSocket, node: number): FakeSession
  append(actor: Actor, stream: StreamRef, commands: readonly Command[]): Appended
  read(conversation: string, actor: Actor): void
  typing(conversation: string, who: ActorRef, isTyping: boolean): void
  setAvailability(availability: 'online' | 'away'): void
}

interface FakeGatewayOptions {
  readonly log: FakeLog
  readonly marks: FakeMarks
  readonly agents: FakeAgents
  readonly files: FakeFiles
  readonly site: { readonly id: string; readonly name: string; readonly mail?: boolean }
  now(): number
  /** Calls back for each node when it hears of what one of them has stored. */
  relay(from: number, onNode: (node: number) => void): void
}

interface Client {
  readonly node: number
  readonly actor: Actor
  readonly socket: FakeSocket
  readonly audience: Audience
  readonly watching: Set<string>
}

const refuse = (code: WireError['code'], message: string) => ({ ok: false, error: { code, message } }) as const
const NOT_FOUND = refuse('not_found', 'no such conversation')

export function createFakeGateway({ log, marks, agents, files, site, now, relay }: FakeGatewayOptions): FakeGateway {
  const clients = new Set<Client>()
  let availability: 'online' | 'away' = 'online'

  const eventsOf = (id: string) => log.stream({ kind: 'conversation', id }).events
  const idOf = (actor: Actor) => (actor.kind === 'visitor' ? actor.identity : actor.id)
  const isConnected = (id: string) =>
    [...clients].some(({ actor }) => (actor.kind === 'visitor' ? actor.identities.includes(id) : actor.id === id))

  const facts = () => ({
    now: now(),
    agents: Object.fromEntries(agents.all().map((agent) => [agent.id, agent])),
    files: files.unused(() => log.conversations({ kind: 'system', id: 'files' }).flatMap(({ id }) => eventsOf(id))),
  })

  const { presenceOf, colleagues, peopleOf } = createFakePeople({ log, agents, isConnected })

  function unreadFor(actor: Actor, state: ConversationState): number {
    const read = marks.readBy(state.id, (reader) =>
      actor.kind === 'visitor'
        ? reader.kind === 'visitor' && actor.identities.includes(reader.id)
        : reader.kind === 'agent' && reader.id === idOf(actor),
    )
    return eventsOf(state.id).filter(
      (event) =>
        event.seq > read &&
        event.kind === 'message.posted' &&
        (event.actor.kind === 'visitor') !== (actor.kind === 'visitor'),
    ).length
  }

  const heads = (actor: Actor): ConversationHead[] =>
    log
      .conversations(actor)
      .map((state) => ({ id: state.id, n: state.publicSeq, status: state.status, unread: unreadFor(actor, state) }))

  /** Tells everybody who may know, in their own numbering, apart from the sender. */
  function publish(ref: StreamRef, events: readonly LogEvent[], sender: Client | null): void {
    if (events.length === 0) return
    if (ref.kind === 'agent') {
      const agent = agents.actor(ref.id)
      return agent === null ? undefined : publishPeople(agent)
    }
    relay(sender?.node ?? 0, (node) => publishOn(node, ref, events, sender))
  }

  function publishOn(node: number, ref: StreamRef, events: readonly LogEvent[], sender: Client | null): void {
    const state = log.conversation(ref.id, { kind: 'system', id: 'fake' })
    if (state === null) return
    for (const client of clients) {
      if (client.node !== node || client === sender || !canSee(client.actor, state)) continue
      const seen = events.flatMap((event) => toWireEvent(event, client.audience) ?? [])
      if (seen.length === 0) continue
      const n = toView(state, client.audience).seq
      if (client.watching.has(ref.id))
        client.socket.packet('events', [
          { conversation: ref.id, events: seen, people: peopleOf(state, client.audience) },
        ])
      else client.socket.packet('hint', { conversations: [{ id: ref.id, n }] })
    }
  }

  function publishPresence(): void {
    for (const { socket, audience } of clients)
      if (audience === 'team') socket.packet('presence', { colleagues: colleagues() })
  }

  function publishPeople(actor: Actor): void {
    if (actor.kind === 'agent') publishPresence()
    for (const state of log.conversations(actor))
      for (const client of clients)
        if (client.watching.has(state.id))
          client.socket.packet('presence', { people: peopleOf(state, client.audience) })
  }

  /** Only the one that moved, to the others who may know it. */
  function publishMark(conversation: string, moved: ActorRef, sender: Client | null): void {
    for (const client of clients) {
      if (client === sender || !client.watching.has(conversation) || !mayKnow(client.actor, moved)) continue
      const known = marks.list(conversation, eventsOf(conversation), client.actor)
      const mark = known.filter(({ reader }) => reader.kind === moved.kind && reader.id === moved.id)
      client.socket.packet('marks', { conversation, marks: mark })
    }
  }

  function append(
    actor: Actor,
    stream: StreamRef | undefined,
    commands: readonly Command[],
    sender: Client | null,
  ): Appended {
    const appended = log.append(actor, stream, commands, facts())
    if (appended.ok) publish(appended.ref, appended.events, sender)
    return appended
  }

  function mark(conversation: string, actor: Actor, upTo: number, sender: Client | null): void {
    const reader: ActorRef = { kind: actor.kind, id: idOf(actor) }
    const seq = toSeq(eventsOf(conversation), upTo, sender?.audience ?? 'team')
    if (marks.advance(conversation, reader, seq)) publishMark(conversation, reader, sender)
  }

  function typing(conversation: string, who: ActorRef, isTyping: boolean, sender: Client | null): void {
    for (const client of clients)
      if (client !== sender && client.watching.has(conversation))
        client.socket.packet('typing', { conversation, who, typing: isTyping })
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────────────────────

  function commands(client: Client, argument: unknown): unknown {
    const request = check(REQUESTS.commands.request, argument)
    if (!request.ok) return request
    const appended = append(client.actor, request.value.stream, request.value.commands, client)
    if (!appended.ok) return appended
    const number = (seq: number, publicSeq: number | null) => (client.audience === 'team' ? seq : publicSeq)
    return {
      ok: true,
      stream: appended.ref,
      results: appended.results.map((result) => {
        if (!result.ok) return result
        const { id, first, last } = result
        if (first === undefined || last === undefined) return { id, ok: true }
        const to = number(last.seq, last.publicSeq)
        const from = number(first.seq, first.publicSeq) ?? to
        return { id, ok: true, at: last.at, ...(from !== null && to !== null && { n: [from, to] }) }
      }),
      events: appended.events.flatMap((event) => toWireEvent(event, client.audience) ?? []),
    }
  }

  function sync(client: Client, argument: unknown): unknown {
    const request = check(REQUESTS.sync.request, argument)
    if (!request.ok) return request
    const { conversation, have } = request.value
    const state = log.conversation(conversation, client.actor)
    if (state === null) return NOT_FOUND
    client.watching.add(conversation)
    const { audience } = client
    const { events, items } = log.stream({ kind: 'conversation', id: conversation })
    const view = toView(state, audience)
    const answer = {
      ok: true,
      n: view.seq,
      marks: marks.list(conversation, events, client.actor),
      people: peopleOf(state, audience),
    }
    if (have !== null && have <= view.seq && view.seq - have <= LIMITS.syncEvents)
      return {
        ...answer,
        events: events.flatMap((event) => toWireEvent(event, audience) ?? []).filter(({ n }) => n > have),
      }
    const page = items[audience].slice(-LIMITS.pageItems)
    const snapshot: NonNullable<Answer<'sync'>['snapshot']> = {
      conversation: toPlain(view),
      items: [...page],
      hasOlder: page.length < items[audience].length,
    }
    return { ...answer, snapshot }
  }

  function items(client: Client, argument: unknown): unknown {
    const request = check(REQUESTS.items.request, argument)
    if (!request.ok) return request
    const { conversation, before, limit = LIMITS.pageItems } = request.value
    const state = log.conversation(conversation, client.actor)
    if (state === null) return NOT_FOUND
    const older = log
      .stream({ kind: 'conversation', id: conversation })
      .items[client.audience].filter(({ n }) => n < before)
    return {
      ok: true,
      items: older.slice(-limit),
      hasOlder: older.length > limit,
      people: peopleOf(state, client.audience),
    }
  }

  function list(client: Client, argument: unknown): unknown {
    const request = check(REQUESTS.list.request, argument)
    if (!request.ok) return request
    const agent = idOf(client.actor)
    return {
      ok: true,
      ...listRows(log.conversations(client.actor), request.value, {
        agent,
        unread: (state) => unreadFor(client.actor, state),
        events: eventsOf,
        isOnline: (state) => state.identities.some(isConnected),
      }),
    }
  }

  function read(client: Client, argument: unknown): unknown {
    const request = check(REQUESTS.read.request, argument)
    if (!request.ok) return request
    const { conversation, upTo } = request.value
    if (log.conversation(conversation, client.actor) === null) return NOT_FOUND
    mark(conversation, client.actor, upTo, client)
    return { ok: true }
  }

  function fileUrls(client: Client, argument: unknown): unknown {
    const request = check(REQUESTS['file-urls'].request, argument)
    if (!request.ok) return request
    const { conversation, files: ids } = request.value
    if (log.conversation(conversation, client.actor) === null) return NOT_FOUND
    return { ok: true, ...files.urls(eventsOf(conversation), ids) }
  }

  function handle(client: Client, name: RequestName, argument: unknown): unknown {
    if (!Object.hasOwn(REQUESTS, name)) return refuse('unknown', 'no such request')
    // As at the server, who may not ask is told so before what was asked is looked at.
    if (!REQUESTS[name].from.some((kind) => kind === client.actor.kind))
      return refuse('forbidden', `"${name}" is not for this side`)
    switch (name) {
      case 'commands':
        return commands(client, argument)
      case 'sync':
        return sync(client, argument)
      case 'items':
        return items(client, argument)
      case 'read':
        return read(client, argument)
      case 'list':
        return list(client, argument)
      case 'file-urls':
        return fileUrls(client, argument)
      case 'heads':
        return { ok: true, conversations: heads(client.actor) }
      case 'logout':
        return { ok: true }
      case 'unwatch': {
        const request = check(REQUESTS.unwatch.request, argument)
        if (request.ok) client.watching.delete(request.value.conversation)
        return request.ok ? { ok: true } : request
      }
      case 'typing': {
        const request = check(REQUESTS.typing.request, argument)
        if (request.ok && client.watching.has(request.value.conversation))
          typing(
            request.value.conversation,
            { kind: client.actor.kind, id: idOf(client.actor) },
            request.value.typing,
            client,
          )
        return undefined
      }
    }
  }

  function welcome({ actor, socket }: Client): void {
    const agent = agents.all().find(({ id }) => actor.kind === 'agent' && id === actor.id)
    if (actor.kind === 'visitor')
      socket.packet('welcome', { identities: actor.identities, site, availability, conversations: heads(actor) })
    else if (agent !== undefined)
      socket.packet('welcome', {
        agent: { ...profile(agent), presence: presenceOf(agent.id), connected: true },
        colleagues: colleagues(),
        sites: [{ id: site.id, name: site.name }],
      })
  }

  return {
    connect(actor, socket, node) {
      const client: Client = {
        node,
        actor,
        socket,
        audience: actor.kind === 'visitor' ? 'participants' : 'team',
        watching: new Set(),
      }
      clients.add(client)
      welcome(client)
      publishPeople(actor)
      return {
        receive: (name, argument) => handle(client, name, argument),
        gone() {
          clients.delete(client)
          publishPeople(actor)
        },
      }
    },
    append: (actor, stream, issued) => append(actor, stream, issued, null),
    read: (conversation, actor) => mark(conversation, actor, eventsOf(conversation).length, null),
    typing: (conversation, who, isTyping) => typing(conversation, who, isTyping, null),
    setAvailability(next) {
      availability = next
      for (const { socket, audience } of clients)
        if (audience === 'participants') socket.packet('presence', { availability })
    },
  }
}

const toPlain = (state: ConversationState): ConversationView => ({
  ...state,
  identities: [...state.identities],
  participants: [...state.participants],
})
