// The body of a request as it comes, and no longer than it may take. Node's own `requestTimeout` holds for a whole server,
// which may be somebody else's; this one is the request's. It leaves the connection open, so that an error can be told.

import type { IncomingMessage } from 'node:http'
import { RequestError } from '../request-error.ts'

interface Patience {
  /** Between two pieces. */
  readonly idleMs: number
  /** In all. */
  readonly withinMs: number
}

export async function* readBody(
  request: IncomingMessage,
  { idleMs, withinMs }: Patience,
): AsyncGenerator<Uint8Array, void> {
  const pieces = request.iterator({ destroyOnReturn: false })
  const end = performance.now() + withinMs
  for (;;) {
    const next = await before(pieces.next(), Math.min(idleMs, end - performance.now()))
    if (next.done === true) break
    const piece: unknown = next.value
    if (piece instanceof Uint8Array) yield piece
  }
  if (!request.complete) throw new RequestError('unavailable', 'the body ended too early')
}

async function before<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RequestError('unavailable', 'the body came too slowly')), Math.max(0, ms))
  })
  try {
    return await Promise.race([promise, late])
  } catch (error) {
    throw error instanceof RequestError ? error : new RequestError('unavailable', 'the body ended too early')
  } finally {
    clearTimeout(timer)
  }
}
