// A server in memory for tests of clients: it runs the protocol's own `planBatch`, `decide` and `apply`, checks requests
// against the real schemas, and serves both audiences. What is not here is what a client cannot see: databases,
// passwords' hashes, rate limits (ask for one with `refusesOnce('rate_limited', …)`).

import {
  PROTOCOL_VERSION,
  uuidv7,
  type Actor,
  type AgentActor,
  type CommandOf,
  type ConversationCommand,
  type ErrorCode,
  type LogEvent,
  type RequestName,
  type WireError,
} from '@pendopo/protocol'
import { AgentAuth, VisitorAuth } from '@pendopo/protocol/schemas'
import type { Transport } from '../connection/transport.ts'
import type { Clock } from '../environment.ts'
import { SYSTEM_CLOCK } from '../environment/system-clock.ts'
import { createFakeAgents, type FakeAgent, type NewFakeAgent } from './fake-agents.ts'
import { createFakeFiles } from './fake-files.ts'
import { createFakeGateway, type FakeSession } from './fake-gateway.ts'
import { createFakeLog, type FakeLogOptions } from './fake-log.ts'
import { createFakeMarks } from './fake-marks.ts'
import { createFakeTransport, NO_FAULTS, type FakeFaults, type FakeSocket } from './fake-network.ts'
import { createFakeResume, isAboutLinks } from './fake-resume.ts'
import { check } from './check.ts'
import { createRandom } from './random.ts'

/** `mail`: it answers by e-mail too. */
interface FakeSite {
  readonly id: string
  readonly name: string
  readonly mail?: boolean
}

export interface FakeServerOptions extends FakeLogOptions {
  readonly clock?: Clock
  readonly site?: FakeSite
  readonly seed?: number
  /** How many nodes share the log; a new connection reaches one of those that are up. */
  readonly nodes?: number
  /** For tests of tests: a server whose ack does not wait for the commit. */
  readonly acksBeforeCommit?: boolean
  /** Faults of the network, beside the named behaviours. */
  readonly faults?: Partial<FakeFaults>
}

export interface FakeServer {
  readonly site: FakeSite
  /** The first agent, an admin. */
  readonly agent: FakeAgent
  addAgent(agent?: Partial<NewFakeAgent>): FakeAgent
  /** A visitor's way to the server, or that of an agent with a session (by id). */
  transport(session?: { readonly agent?: string }): Transport
  /** An agent's browser: its `fetch` signs in (`POST …/api/agent/login`), and its transport has the session. */
  browser(): { readonly transport: Transport; readonly fetch: typeof fetch }
  /** A visitor's `fetch`: takes files as `POST /{site}/files` does and gives them back, and takes the tokens of links. */
  readonly fetch: typeof fetch
  /** Ids of the conversations, most recently moved first. */
  conversations(): readonly string[]
  /** What is in a conversation's log. */
  log(conversation: string): readonly LogEvent[]
  /** Something that the server itself does: what its mailbox received, say. Throws where the rules refuse it. */
  append(conversation: string, command: SystemCommand): void
  setAvailability(availability: 'online' | 'away'): void
  /** The token of a link as a mail about this conversation has it. */
  mailsLink(conversation: string, how?: { readonly isExpired?: boolean }): string
  /** Acks leave this much later from now on. */
  acksLate(ms: number): void
  /** The next request (of this name) is refused and not carried out. */
  refusesOnce(code: ErrorCode, how?: { readonly retryAfter?: number; readonly request?: RequestName }): void
  /** This proof of who somebody is (a JWT, in earnest) is not taken. */
  refusesProof(proof: string): void
  /** New connections are refused, until called with `null`. */
  refusesConnections(error: WireError | null): void
  /** The next request (of this name) is carried out, and its ack lost. */
  losesAck(request?: RequestName): void
  /** Cuts every connection, now. */
  dropsConnection(): void
  /** A node (all of them, where none is named) dies with what it has not committed, and is back after `ms`. */
  crashes(ms: number, node?: number): void
  /** Nothing gets through any more, and nobody is told: half open. */
  goesDark(): void
  comesBack(): void
}

type Kinds = ConversationCommand['kind']
type SystemCommand = {
  readonly [Kind in Kinds]: { readonly kind: Kind; readonly data: CommandOf<Kind>['data'] }
}[Kinds]

const SITE = { id: 'acme', name: 'Acme' }

/** One process of several; counts its starts, so that what an earlier life began ends with it. */
interface FakeNode {
  starts: number
  isUp: boolean
  readonly sockets: Set<FakeSocket>
}

/** A server with one site and one agent, and nobody on it. */
export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const { clock = SYSTEM_CLOCK, site = SITE, nodes: count = 1 } = options
  const faults: FakeFaults = { ...NO_FAULTS, ...options.faults }
  const random = createRandom(options.seed ?? 1)
  const newId = () => uuidv7(clock.now(), random.bytes)
  const log = createFakeLog(options)
  const files = createFakeFiles(random.bytes)
  const links = createFakeResume((id) => log.conversation(id, { kind: 'system', id: 'links' })?.identities ?? [])
  const agents = createFakeAgents({
    files,
    newId,
    append: (actor, stream, commands) => gateway.append(actor, stream, commands),
    signal: (...signal) => gateway.typing(...signal),
    read: (...mark) => gateway.read(...mark),
  })
  const nodes: readonly FakeNode[] = Array.from({ length: count }, () => ({
    starts: 0,
    isUp: true,
    sockets: new Set(),
  }))
  const gateway = createFakeGateway({
    log,
    marks: createFakeMarks(),
    agents,
    files,
    site,
    now: () => clock.now(),
    relay(from, onNode) {
      for (const node of nodes.keys()) {
        const lag = node === from ? 0 : faults.hint()
        if (lag === 0) onNode(node)
        else if (lag !== null) clock.after(lag, () => onNode(node))
      }
    },
  })
  /** Anonymous identities by token, verified ones by what stands in the proof. */
  const identities = new Map<string, { readonly identity: string; readonly contact: string }>()
  let ackDelay = 0
  let isDark = false
  let refusal: WireError | null = null
  let refusedProof: string | null = null
  let restoreDurable = log.remember()
  const refusals: { readonly error: WireError; readonly request: RequestName | undefined }[] = []
  const lostAcks: (RequestName | undefined)[] = []

  const network: FakeFaults = {
    ...faults,
    isReachable: () => !isDark && faults.isReachable(),
    ackDelay: () => ackDelay + faults.ackDelay(),
    fate(direction, name) {
      const index = lostAcks.findIndex((request) => name === `${request ?? name.split(':')[0]}:ack`)
      if (direction === 'up' || index === -1) return faults.fate(direction, name)
      lostAcks.splice(index, 1)
      return 'lose'
    },
  }

  function identityOf(key: string) {
    const known = identities.get(key) ?? { identity: newId(), contact: newId() }
    identities.set(key, known)
    return known
  }

  function visitor(auth: unknown): Actor | WireError {
    const parsed = check(VisitorAuth, auth)
    if (!parsed.ok) return parsed.error
    const { version, token, identity, site: wanted } = parsed.value
    if (version !== PROTOCOL_VERSION) return { code: 'upgrade', message: `version ${version} is not spoken here` }
    if (identity !== undefined && identity === refusedProof)
      return { code: 'unauthenticated', message: 'the identity token was refused; as the test wants it' }
    if (wanted !== site.id) return { code: 'not_found', message: 'no such site' }
    const anonymous = identityOf(`token:${token}`)
    const verified = identity === undefined ? anonymous : identityOf(`proof:${identity}`)
    const own = [verified.identity, anonymous.identity]
    return {
      kind: 'visitor',
      identity: verified.identity,
      identities: [...new Set([...own, ...links.provenBy(own)])],
      contact: verified.contact,
      channel: site.id,
    }
  }

  function agent(auth: unknown, session: AgentActor | null): Actor | WireError {
    const parsed = check(AgentAuth, auth)
    if (!parsed.ok) return parsed.error
    if (parsed.value.version !== PROTOCOL_VERSION)
      return { code: 'upgrade', message: 'this version is not spoken here' }
    return session ?? { code: 'unauthenticated', message: 'no session' }
  }

  function transport(sessionOf: () => AgentActor | null): Transport {
    return createFakeTransport(clock, network, (auth, socket, namespace) => {
      if (refusal !== null) return refusal
      const actor = namespace === '/agent' ? agent(auth, sessionOf()) : visitor(auth)
      if ('code' in actor) return actor
      const index = pickNode()
      const node = nodes[index]
      if (node === undefined) return null
      const { sockets } = node
      sockets.add(socket)
      const session: FakeSession = gateway.connect(actor, socket, index)
      return {
        receive(name, argument, answer) {
          const at = refusals.findIndex(({ request }) => request === undefined || request === name)
          const [refused] = at === -1 ? [] : refusals.splice(at, 1)
          if (refused !== undefined) return answer({ ok: false, error: refused.error })
          const respond = () => answer(session.receive(name, argument))
          if (name === 'commands') commit(node, respond)
          else respond()
        },
        gone() {
          sockets.delete(socket)
          session.gone()
        },
      }
    })
  }

  /** One of those that are up; -1 where none is. */
  function pickNode(): number {
    const up = nodes.flatMap(({ isUp }, index) => (isUp ? [index] : []))
    return up[up.length > 1 ? random.integer(up.length) : 0] ?? -1
  }

  /** Stores and answers once the disk has it; a node that dies before has done neither. */
  function commit(node: FakeNode, respond: () => void): void {
    const wait = faults.commit()
    if (wait === 0) return respond()
    const { starts } = node
    const onDisk = (then: () => void) => void clock.after(wait, () => node.starts === starts && then())
    if (options.acksBeforeCommit !== true) return onDisk(respond)
    respond()
    const restore = log.remember()
    onDisk(() => (restoreDurable = restore))
  }

  function crash(node: FakeNode, ms: number): void {
    node.starts++
    node.isUp = false
    const { starts } = node
    clock.after(ms, () => {
      if (node.starts === starts) node.isUp = true
    })
    for (const socket of node.sockets) socket.cut()
    if (options.acksBeforeCommit === true) restoreDurable()
  }

  return {
    site,
    agent: agents.first,
    async fetch(input, init) {
      if (isDark) throw new TypeError('the network is dark')
      const request = new Request(input, init)
      const [, token] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? []
      const id = token === undefined ? null : identityOf(`token:${token}`).identity
      const proof = request.headers.get('pendopo-identity')
      if (isAboutLinks(request)) return links.answer(request, proof && id ? identityOf(`proof:${proof}`).identity : id)
      return files.answer(request, id === null ? null : { kind: 'visitor', id })
    },
    addAgent: agents.add,
    transport: ({ agent: id } = {}) => transport(() => (id === undefined ? null : agents.actor(id))),
    browser() {
      let session: AgentActor | null = null
      return {
        transport: transport(() => session),
        fetch: agents.createFetch({
          signedIn: () => session,
          signIn: (actor) => void (session = actor),
          signOut() {
            session = null
          },
        }),
      }
    },
    conversations: () => log.conversations({ kind: 'system', id: 'test' }).map(({ id }) => id),
    log: (id) => log.stream({ kind: 'conversation', id }).events,
    append(conversation, command) {
      const appended = gateway.append({ kind: 'system', id: 'mail' }, { kind: 'conversation', id: conversation }, [
        { ...command, id: newId() },
      ])
      const error = appended.ok ? appended.results.find((result) => !result.ok) : appended
      if (error !== undefined) throw new Error(`unable to ${command.kind}; ${JSON.stringify(error)}`)
    },
    setAvailability: gateway.setAvailability,
    mailsLink: (conversation, { isExpired = false } = {}) => links.link(conversation, isExpired),
    acksLate: (ms) => void (ackDelay = ms),
    refusesOnce: (code, { retryAfter, request } = {}) =>
      void refusals.push({
        request,
        error: { code, message: 'as the test wants it', ...(retryAfter !== undefined && { retryAfter }) },
      }),
    refusesProof: (proof) => void (refusedProof = proof),
    refusesConnections: (error) => void (refusal = error),
    losesAck: (request) => void lostAcks.push(request),
    dropsConnection() {
      for (const { sockets } of nodes) for (const socket of sockets) socket.cut()
    },
    crashes(ms, only) {
      for (const [index, node] of nodes.entries()) if (only === undefined || only === index) crash(node, ms)
    },
    goesDark: () => void (isDark = true),
    comesBack: () => void (isDark = false),
  }
}
