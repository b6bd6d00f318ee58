import type { IncomingHttpHeaders } from 'node:http'

/** `__Host-` binds the cookie to exactly this host over TLS; without TLS browsers refuse that name. */
const SECURE_NAME = '__Host-pendopo'
const PLAIN_NAME = 'pendopo'

/** The session token of a request, or undefined. */
export function readSessionCookie(headers: Pick<IncomingHttpHeaders, 'cookie'>): string | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
  for (const name of [SECURE_NAME, PLAIN_NAME]) {
    const found = cookies.find((pair) => pair.startsWith(`${name}=`))
    const token = found?.slice(name.length + 1)
    if (token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token)) return token
  }
  return undefined
}

/** `Set-Cookie` for a new session, or for its end (`token` null). `Path=/` because `__Host-` asks for it. */
export function sessionCookie(
  token: string | null,
  { secure, maxAgeMs }: { readonly secure: boolean; readonly maxAgeMs: number },
): string {
  const name = secure ? SECURE_NAME : PLAIN_NAME
  const age = token === null ? 0 : Math.floor(maxAgeMs / 1_000)
  const attributes = [`${name}=${token ?? ''}`, 'Path=/', `Max-Age=${age}`, 'HttpOnly', 'SameSite=Strict']
  return (secure ? [...attributes, 'Secure'] : attributes).join('; ')
}
