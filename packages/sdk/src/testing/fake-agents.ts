// The agents of the fake server: who they are, what a test can do as one of them without a client, and how a client
// signs in as one.

import type {
  Actor,
  ActorRef,
  AgentActor,
  AgentWelcome,
  Command,
  CommandOf,
  StreamRef,
  WireError,
} from '@pendopo/protocol'
import { Login } from '@pendopo/protocol/schemas'
import { check } from './check.ts'
import { isAboutFiles, type FakeFiles } from './fake-files.ts'
import type { Appended } from './fake-log.ts'

export interface NewFakeAgent extends Pick<AgentActor, 'role' | 'sight' | 'teams'> {
  readonly name: string
  readonly email: string
  readonly password: string
}

export interface FakeAgent extends NewFakeAgent {
  readonly id: string
  /** Each as if done in a client of theirs that is not under test. Throws where the server refuses. */
  post(conversation: string, text: string): string
  assign(conversation: string, agent?: string): void
  unassign(conversation: string): void
  close(conversation: string, reason?: string): void
  reopen(conversation: string): void
  /** Reads everything up to the newest event. */
  read(conversation: string): void
  typing(conversation: string, isTyping?: boolean): void
}

export interface FakeAgents {
  readonly first: FakeAgent
  add(agent?: Partial<NewFakeAgent>): FakeAgent
  all(): readonly FakeAgent[]
  actor(id: string): AgentActor | null
  createFetch(session: FakeHttpSession): typeof fetch
}

interface FakeHttpSession {
  signedIn(): AgentActor | null
  signIn(actor: AgentActor): void
  signOut(): void
}

interface FakeAgentsOptions {
  readonly files: FakeFiles
  newId(): string
  append(actor: Actor, stream: StreamRef, commands: readonly Command[]): Appended
  signal(conversation: string, who: ActorRef, isTyping: boolean): void
  read(conversation: string, actor: Actor): void
}

export function createFakeAgents(options: FakeAgentsOptions): FakeAgents {
  const agents: FakeAgent[] = []

  function add(given: Partial<NewFakeAgent> = {}): FakeAgent {
    const id = options.newId()
    const whole: NewFakeAgent = {
      name: 'Ayu',
      email: `agent${agents.length + 1}@acme.example`,
      password: 'correct horse',
      role: 'agent',
      sight: 'all',
      teams: [],
      ...given,
    }
    const actor: AgentActor = { kind: 'agent', id, role: whole.role, sight: whole.sight, teams: whole.teams }

    function issue(conversation: string, command: NewCommand): string {
      const whole = { ...command, id: options.newId() }
      const appended = options.append(actor, { kind: 'conversation', id: conversation }, [whole])
      const error = appended.ok
        ? appended.results.flatMap((result) => (result.ok ? [] : [result.error]))[0]
        : appended.error
      if (error !== undefined) throw new Error(`unable to ${command.kind}; ${error.code}: ${error.message}`)
      return whole.id
    }

    const agent: FakeAgent = {
      ...whole,
      id,
      post: (conversation, text) => issue(conversation, { kind: 'message.post', data: { text } }),
      assign: (conversation, agent = id) => void issue(conversation, { kind: 'conversation.assign', data: { agent } }),
      unassign: (conversation) => void issue(conversation, { kind: 'conversation.unassign', data: {} }),
      close: (conversation, reason) =>
        void issue(conversation, { kind: 'conversation.close', data: reason === undefined ? {} : { reason } }),
      reopen: (conversation) => void issue(conversation, { kind: 'conversation.reopen', data: {} }),
      read: (conversation) => options.read(conversation, actor),
      typing: (conversation, isTyping = true) => options.signal(conversation, { kind: 'agent', id }, isTyping),
    }
    agents.push(agent)
    return agent
  }

  const find = (id: string) => agents.find((agent) => agent.id === id)
  const toActor = ({ id, role, sight, teams }: FakeAgent): AgentActor => ({ kind: 'agent', id, role, sight, teams })

  function answer(url: URL, body: unknown, session: FakeHttpSession): Response {
    if (url.pathname.endsWith('/api/agent/login')) {
      const login = check(Login, body)
      if (!login.ok) return failure(400, login.error)
      const { email, password } = login.value
      const agent = agents.find((one) => one.email === email && one.password === password)
      if (agent === undefined)
        return failure(401, { code: 'wrong_credentials', message: 'e-mail or password is wrong' })
      session.signIn(toActor(agent))
      return Response.json({ agent: profile(agent) })
    }
    if (url.pathname.endsWith('/api/agent/logout')) {
      session.signOut()
      return new Response(null, { status: 204 })
    }
    const signedIn = find(session.signedIn()?.id ?? '')
    if (url.pathname.endsWith('/api/agent/me') && signedIn !== undefined)
      return Response.json({ agent: profile(signedIn) })
    if (url.pathname.endsWith('/api/agent/me')) return failure(401, { code: 'unauthenticated', message: 'no session' })
    return failure(404, { code: 'not_found', message: 'no such path' })
  }

  return {
    first: add({ role: 'admin', email: 'ayu@acme.example' }),
    add,
    all: () => agents,
    actor(id) {
      const agent = find(id)
      return agent === undefined ? null : toActor(agent)
    },
    createFetch: (session) => async (input, init) => {
      const request = new Request(input, init)
      if (isAboutFiles(request)) return options.files.answer(request, session.signedIn())
      const body: unknown = request.method === 'POST' ? await request.json().catch(() => null) : null
      return answer(new URL(request.url), body, session)
    },
  }
}

type Issued = Exclude<Command['kind'], 'agent.set-presence'>
type NewCommand = { readonly [Kind in Issued]: { readonly kind: Kind; readonly data: CommandOf<Kind>['data'] } }[Issued]

/** An agent as they see themselves, apart from presence. */
export const profile = ({
  id,
  name,
  role,
  email,
  sight,
}: FakeAgent): Pick<AgentWelcome['agent'], 'id' | 'name' | 'role' | 'email' | 'sight'> => ({
  id,
  name,
  role,
  email,
  sight,
})

const failure = (status: number, error: WireError) => Response.json({ error }, { status })
