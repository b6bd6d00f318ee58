import { createHmac } from 'node:crypto'

export interface IdentityClaims {
  readonly sub: string
  readonly name?: string
  readonly email?: string
  /** Seconds from now; below zero, it has ended. */
  readonly lifeS?: number
}

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** What a host's back end signs for somebody who is signed in there: a JWT by hand, HS256 with the site's secret. */
export function signIdentity(
  site: { readonly id: string; readonly secret: string },
  { lifeS = 600, ...claims }: IdentityClaims,
): string {
  const now = Math.floor(Date.now() / 1_000)
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ aud: site.id, iat: now, exp: now + lifeS, ...claims })}`
  return `${unsigned}.${createHmac('sha256', site.secret).update(unsigned).digest('base64url')}`
}
