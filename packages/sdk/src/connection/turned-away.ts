// Why a connection did not come about, where the transport cannot say: a page whose origin the server does not know is
// turned away before there is a socket, and neither a WebSocket nor a cross-origin request that failed tells the page
// more than that it failed. So the server is asked, over HTTP, by a question whose answer everybody may read.

import type { Environment } from '../environment.ts'
import { toRefusal } from './refusal.ts'
import type { Disconnected, Transport } from './transport.ts'

const LOST: Disconnected = { reason: 'lost' }
const FORBIDDEN = 403

/** `lost` where the server lets this page in, knows no such question, or cannot be reached, and where this is no page. */
export async function whyTurnedAway(
  { server, auth }: Parameters<Transport['connect']>[0],
  headers: Record<string, string>,
  fetch: Environment['fetch'],
): Promise<Disconnected> {
  // Agents have no site: the inbox is a page of the server itself. A program without an origin is not turned away for it,
  // and where its key is wrong it is told when it joins: what failed before that was the way there.
  const isPage = 'location' in globalThis || headers.origin !== undefined
  if (typeof auth.site !== 'string' || !isPage) return LOST
  try {
    const response = await fetch(`${server.replace(/\/+$/u, '')}/${auth.site}/origin`, {
      headers,
      credentials: 'omit',
      cache: 'no-store',
    })
    if (response.status !== FORBIDDEN) return LOST
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && 'error' in body ? toRefusal({ data: body.error }) : LOST
  } catch {
    return LOST
  }
}
