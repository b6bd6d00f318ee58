// What an agent does over HTTP: sign in, sign out, who am I, password and second step, a mail as it came. The session is
// a cookie; a browser keeps it by itself and shows it to nobody, in Node it is kept here.

import type { AgentWelcome, Login, OriginalMail, PasswordChange, TwoStepProof } from '@pendopo/protocol'
import type { TwoStep } from '../inbox-client.ts'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'

type Agent = AgentWelcome['agent']

export interface AgentHttp {
  /** `null`: nobody is signed in. Rejects where the server cannot be asked. */
  me(): Promise<Agent | null>
  /** `null`: all is right so far, and the code of the second step is missing. */
  signIn(login: Login): Promise<Agent | null>
  signOut(): Promise<void>
  signOutEverywhere(): Promise<void>
  /** Every session ends, and this client is given a new one. */
  changePassword(change: PasswordChange): Promise<void>
  readonly twoStep: TwoStep
  originalMail(conversation: string, mail: string): Promise<OriginalMail>
  /** Any other question below `api/agent/`; `doing` completes "unable to …". */
  readonly call: AgentCall
  /** For a transport that does not send cookies by itself; empty in browsers. */
  headers(): Record<string, string>
}

export type AgentCall = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  doing: string,
  body?: object,
) => Promise<unknown>

export interface AgentHttpOptions {
  readonly server: string
  readonly fetch: typeof fetch
  /** Whether cookies are the runtime's business. */
  readonly isBrowser: boolean
}

export function createAgentHttp({ server, fetch, isBrowser }: AgentHttpOptions): AgentHttp {
  const cookies = new Map<string, string>()
  const headers = (): Record<string, string> =>
    cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }

  async function ask(path: string, doing: string, init: RequestInit = {}): Promise<unknown> {
    let response: Response
    try {
      response = await fetch(`${server.replace(/\/+$/u, '')}/api/agent/${path}`, {
        credentials: 'same-origin',
        ...init,
        headers: { ...(init.body !== undefined && { 'Content-Type': 'application/json' }), ...headers() },
      })
    } catch (cause) {
      throw new PendopoError('unavailable', `unable to ${doing}; the server could not be reached`, { cause })
    }
    if (!isBrowser) keep(response.headers.getSetCookie())
    const body: unknown = response.status === 204 ? null : await response.json().catch(() => null)
    if (response.ok) return body
    throw toPendopoError(errorOf(body, response), doing)
  }

  /** Name and value only: this client talks to one server, and forgets with the process. */
  function keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name, value] = /^([^=;\s]+)=([^;]*)/u.exec(line) ?? []
      if (name === undefined || value === undefined) continue
      if (value === '' || /;\s*max-age=0/iu.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
  }

  const post = (path: string, doing: string, body: object) =>
    ask(path, doing, { method: 'POST', body: JSON.stringify(body) })

  return {
    headers,
    async me() {
      try {
        return agentOf(await ask('me', 'ask who is signed in'))
      } catch (error) {
        if (error instanceof PendopoError && error.code === 'unauthenticated') return null
        throw error
      }
    },
    async signIn(login) {
      const body = await post('login', 'sign in', login)
      return has(body, 'needs') ? null : agentOf(body)
    },
    async signOut() {
      await ask('logout', 'sign out', { method: 'POST' })
      cookies.clear()
    },
    async signOutEverywhere() {
      await ask('logout-everywhere', 'sign out everywhere', { method: 'POST' })
      cookies.clear()
    },
    async changePassword(change) {
      await post('password', 'change the password', change)
    },
    async originalMail(conversation, mail) {
      const path = `conversations/${encodeURIComponent(conversation)}/mails/${encodeURIComponent(mail)}`
      const body = await ask(path, 'show this mail as it came')
      return has(body, 'html') ? (body as OriginalMail) : misread()
    },
    call: (method, path, doing, body) =>
      ask(path, doing, { method, ...(body !== undefined && { body: JSON.stringify(body) }) }),
    twoStep: {
      async status() {
        const body = await ask('two-step', 'ask for the second step')
        return has(body, 'on') ? (body as Awaited<ReturnType<TwoStep['status']>>) : misread()
      },
      async begin(password) {
        const body = await post('two-step', 'begin two-step sign-in', { password })
        return has(body, 'secret') ? (body as Awaited<ReturnType<TwoStep['begin']>>) : misread()
      },
      async confirm(code) {
        const body = await post('two-step/confirm', 'turn two-step sign-in on', { code })
        return has(body, 'recoveryCodes') ? (body.recoveryCodes as readonly string[]) : misread()
      },
      turnOff: async (proof: TwoStepProof) => void (await post('two-step/off', 'turn two-step sign-in off', proof)),
    },
  }
}

// The parse border for HTTP, as `create-connection` is for the socket: the server's tests hold it to these shapes.
function agentOf(body: unknown): Agent {
  return has(body, 'agent') ? (body.agent as Agent) : misread()
}

const has = <Key extends string>(body: unknown, key: Key): body is Record<Key, unknown> =>
  typeof body === 'object' && body !== null && key in body

function misread(): never {
  throw new PendopoError('internal', 'unable to read the answer; it has another form')
}

/** What the server said; a proxy that answers in its place says nothing of the kind, and is worth another try. */
function errorOf(body: unknown, response: Response): { code: string; message: string; retryAfter?: number } {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  if (typeof error !== 'object' || error === null || !('code' in error))
    return { code: 'unavailable', message: `the answer has status ${response.status}` }
  const retryAfter =
    'retryAfter' in error && typeof error.retryAfter === 'number' ? { retryAfter: error.retryAfter } : {}
  return { code: String(error.code), message: 'message' in error ? String(error.message) : '', ...retryAfter }
}
