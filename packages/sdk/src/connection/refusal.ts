import type { Disconnected } from './transport.ts'

/** socket.io's path goes behind wherever the server is mounted. */
export function addressOf(server: string): { readonly origin: string; readonly path: string } {
  const { origin, pathname } = new URL(server)
  return { origin, path: `${pathname.replace(/\/+$/, '')}/socket.io` }
}

/** What the server's middleware said travels in `data`; without a code it is a fault on the way. */
export function toRefusal(said: unknown): Disconnected {
  const { data, message } = toRecord(said)
  const { code, message: why = message, retryAfter } = toRecord(data)
  if (typeof code !== 'string') return { reason: 'lost' }
  return {
    reason: 'refused',
    error: { code, message: String(why), ...(typeof retryAfter === 'number' && { retryAfter }) },
  }
}

const toRecord = (value: unknown): { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null ? { ...value } : {}
