// Sign in, sign out, who am I: the three things an agent does over HTTP. The session is a cookie; a browser keeps it
// by itself and shows it to nobody, in Node it is kept here.

import type { AgentWelcome, Login } from '@pendopo/protocol'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'

type Agent = AgentWelcome['agent']

export interface AgentHttp {
  /** `null`: nobody is signed in. Rejects where the server cannot be asked. */
  me(): Promise<Agent | null>
  signIn(login: Login): Promise<Agent>
  signOut(): Promise<void>
  /** For a transport that does not send cookies by itself; empty in browsers. */
  headers(): Record<string, string>
}

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
    signIn: async (login) => agentOf(await ask('login', 'sign in', { method: 'POST', body: JSON.stringify(login) })),
    async signOut() {
      await ask('logout', 'sign out', { method: 'POST' })
      cookies.clear()
    },
  }
}

// The parse border for HTTP, as `create-connection` is for the socket: the server's tests hold it to these shapes.
function agentOf(body: unknown): Agent {
  if (typeof body === 'object' && body !== null && 'agent' in body) return body.agent as Agent
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
