// Turns the token of a mailed link into a place in its conversation. Loaded on demand: few visitors come by a link. It
// imports nothing but types, so that what it shares with the chat stays in one piece with that.

import type { Environment } from './environment.ts'
import type { toPendopoError } from './pendopo-error.ts'

interface Credentials {
  target(what: 'resume'): Promise<{ readonly path: string; readonly headers: Readonly<Record<string, string>> }>
}

/** Resolves with the id of the conversation; rejects with what `toError` makes of the server's words. */
export async function redeem(
  token: string,
  server: string,
  credentials: Credentials,
  { fetch }: Pick<Environment, 'fetch'>,
  toError: typeof toPendopoError,
): Promise<string> {
  const { path, headers } = await credentials.target('resume')
  let status = 'none'
  let body: unknown
  try {
    const response = await fetch(`${server.replace(/\/+$/u, '')}/${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    status = String(response.status)
    body = await response.json()
  } catch {
    // Not reached, or something between answered in its place.
  }
  if (status === '200' && isRecord(body) && typeof body.conversation === 'string') return body.conversation
  const { code, message, retryAfter } = isRecord(body) && isRecord(body.error) ? body.error : {}
  const error = {
    code: typeof code === 'string' ? code : 'unavailable',
    message: typeof message === 'string' ? message : `the server did not answer (status: ${status})`,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
  }
  throw toError(error, 'open the link')
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
