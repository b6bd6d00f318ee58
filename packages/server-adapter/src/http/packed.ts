// What browsers download, as small as they take it: Brotli or gzip, made once and kept where it never changes under its
// name. Only for what is public and the same for everybody: where a secret and a stranger's words are packed together, the
// length tells of the secret. In one piece and not as a stream: who leaves in the middle leaves nothing behind.

import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import type { HttpEnv } from './http-env.ts'

const PACKERS = {
  br: promisify(brotliCompress),
  gzip: (body: ArrayBuffer) => promisify(gzip)(body, { level: 9 }),
}
type Encoding = keyof typeof PACKERS
const isEncoding = (name: string): name is Encoding => Object.hasOwn(PACKERS, name)

/** Pictures and fonts are packed already. */
const PACKABLE = /^(?:text\/|application\/(?:json|manifest\+json)|image\/svg)/
/** Less is not worth the header. */
const LEAST_BYTES = 256
/** Files and sites whose packed form is kept. */
const KEPT = 500

export function createPacked(): MiddlewareHandler<HttpEnv> {
  const kept = new Map<string, Promise<Buffer>>()

  function pack(name: string | undefined, encoding: Encoding, body: ArrayBuffer): Promise<Buffer> {
    if (name === undefined) return PACKERS[encoding](body)
    const key = `${encoding} ${name}`
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size >= KEPT) kept.clear()
    const made = PACKERS[encoding](body)
    kept.set(key, made)
    return made
  }

  return async (context, next) => {
    await next()
    const { res, req } = context
    if (res.status !== 200 || !PACKABLE.test(res.headers.get('content-type') ?? '')) return
    context.header('Vary', 'Accept-Encoding', { append: true })
    const encoding = accepts(context, {
      ...{ header: 'Accept-Encoding', supports: ['br', 'gzip'], default: 'identity' },
      // Browsers name all they can at the same weight, the smallest last.
      match: (taken, { supports, default: none }) =>
        supports.find((name) => taken.some(({ type, q }) => type === name && q > 0)) ?? none,
    })
    if (!isEncoding(encoding) || req.method !== 'GET') return
    const body = await res.arrayBuffer()
    const etag = res.headers.get('etag') ?? undefined
    const isImmutable = res.headers.get('cache-control')?.includes('immutable') ?? false
    const packed =
      body.byteLength < LEAST_BYTES ? null : await pack(etag ?? (isImmutable ? req.path : undefined), encoding, body)
    context.res = undefined
    context.res = new Response(packed === null ? body : new Uint8Array(packed), { status: 200, headers: res.headers })
    if (packed === null) return
    context.res.headers.set('Content-Encoding', encoding)
    // The same content in other bytes.
    if (etag !== undefined) context.res.headers.set('ETag', `W/${etag}`)
  }
}
