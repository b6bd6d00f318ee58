// A server in memory for tests of clients: it runs the protocol's own `planBatch`, `decide` and `apply`, checks requests
// against the real schemas, and serves both audiences. What is not here is what a client cannot see: databases,
// passwords' hashes, rate limits (ask for one with `refusesOnce('rate_limited', …)`).

import {
  PROTOCOL_VERSION,
  uuidv7,
  type Actor,
  type AgentActor,
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
import { createFakeGateway, type FakeSession } from './fake-gateway.ts'
import { createFakeLog, type FakeLogOptions } from './fake-log.ts'
import { createFakeMarks } from './fake-marks.ts'
import { createFakeTransport, NO_FAULTS, type FakeFaults, type FakeSocket } from './fake-network.ts'
import { check } from './check.ts'
import { createRandom } from './random.ts'

export interface FakeServerOptions extends FakeLogOptions {
  readonly clock?: Clock
  readonly site?: { readonly id: string; readonly name: string }
  readonly seed?: number
  /** Faults of the network, beside the named behaviours. */
  readonly faults?: Partial<FakeFaults>
}

export interface FakeServer {
  readonly site: { readonly id: string; readonly name: string }
  /** The first agent, an admin. */
  readonly agent: FakeAgent
  addAgent(agent?: Partial<NewFakeAgent>): FakeAgent
  /** A visitor's way to the server, or that of an agent with a session (by id). */
  transport(session?: { readonly agent?: string }): Transport
  /** An agent's browser: its `fetch` signs in (`POST …/api/agent/login`), and its transport has the session. */
  browser(): { readonly transport: Transport; readonly fetch: typeof fetch }
  /** Ids of the conversations, most recently moved first. */
  conversations(): readonly string[]
  /** What is in a conversation's log. */
  log(conversation: string): readonly LogEvent[]
  setAvailability(availability: 'online' | 'away'): void
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
  /** Nothing gets through any more, and nobody is told: half open. */
  goesDark(): void
  comesBack(): void
}

const SITE = { id: 'acme', name: 'Acme' }

/** A server with one site and one agent, and nobody on it. */
export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const { clock = SYSTEM_CLOCK, site = SITE } = options
  const faults: FakeFaults = { ...NO_FAULTS, ...options.faults }
  const random = createRandom(options.seed ?? 1)
  const newId = () => uuidv7(clock.now(), random.bytes)
  const log = createFakeLog(options)
  const agents = createFakeAgents({
    newId,
    append: (actor, stream, commands) => gateway.append(actor, stream, commands),
    signal: (...signal) => gateway.typing(...signal),
    read: (...mark) => gateway.read(...mark),
  })
  const gateway = createFakeGateway({ log, marks: createFakeMarks(), agents, site, now: () => clock.now() })
  const sockets = new Set<FakeSocket>()
  /** Anonymous identities by token, verified ones by what stands in the proof. */
  const identities = new Map<string, { readonly identity: string; readonly contact: string }>()
  let ackDelay = 0
  let isDark = false
  let refusal: WireError | null = null
  let refusedProof: string | null = null
  const refusals: { readonly error: WireError; readonly request: RequestName | undefined }[] = []
  const lostAcks: (RequestName | undefined)[] = []

  const network: FakeFaults = {
    latency: faults.latency,
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
    return {
      kind: 'visitor',
      identity: verified.identity,
      identities: [...new Set([verified.identity, anonymous.identity])],
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
      sockets.add(socket)
      const session: FakeSession = gateway.connect(actor, socket)
      return {
        receive(name, argument) {
          const index = refusals.findIndex(({ request }) => request === undefined || request === name)
          const [refused] = index === -1 ? [] : refusals.splice(index, 1)
          return refused === undefined ? session.receive(name, argument) : { ok: false, error: refused.error }
        },
        gone() {
          sockets.delete(socket)
          session.gone()
        },
      }
    })
  }

  return {
    site,
    agent: agents.first,
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
    setAvailability: gateway.setAvailability,
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
      for (const socket of sockets) socket.cut()
    },
    goesDark: () => void (isDark = true),
    comesBack: () => void (isDark = false),
  }
}
