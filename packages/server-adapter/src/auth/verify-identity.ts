// A visitor whom the host's back end has signed in: a short JWT. Which algorithm is right stands with the key, never in
// the token, so a token cannot choose how it is checked.

import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { JOSEError, JWTExpired } from 'jose/errors'
import * as v from 'valibot'
import { LIMITS } from '@pendopo/protocol'
import { storableText } from '@pendopo/protocol/schemas'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { IdentityKey, Site } from '../store/store.ts'

const Claims = v.object({
  sub: v.pipe(storableText(LIMITS.nameLength), v.minLength(1)),
  exp: v.number(),
  name: v.optional(v.pipe(storableText(LIMITS.nameLength), v.minLength(1))),
  email: v.optional(v.pipe(v.string(), v.maxLength(254), v.email())),
})
export type IdentityClaims = v.InferOutput<typeof Claims>

export type IdentityLimits = Pick<ServerLimits, 'identityTokenMs' | 'identityLeewayMs'>

type Keys = Pick<Site, 'id' | 'secret' | 'identityKeys'>

/** The claims of a valid token; rejects with `unauthenticated` and the reason. */
export async function verifyIdentity(
  token: string,
  site: Keys,
  limits: IdentityLimits,
  now: number,
): Promise<IdentityClaims> {
  const payload = await verify(token, site, limits, now)
  const claims = v.safeParse(Claims, payload)
  if (!claims.success) throw refused(`its claim ${v.getDotPath(claims.issues[0]) ?? ''} does not fit`)
  // A stolen token is worth little when it may not promise itself more.
  const latest = now + limits.identityTokenMs + limits.identityLeewayMs
  if (claims.output.exp * 1_000 > latest) throw refused('exp is more than an hour ahead')
  return claims.output
}

async function verify(token: string, site: Keys, { identityLeewayMs }: IdentityLimits, now: number): Promise<unknown> {
  try {
    const { algorithm, key } = keyFor(decodeProtectedHeader(token).kid, site)
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      audience: site.id,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: identityLeewayMs / 1_000,
      currentDate: new Date(now),
    })
    return payload
  } catch (error) {
    if (error instanceof JWTExpired) throw refused('it has expired')
    if (error instanceof JOSEError || error instanceof TypeError) throw refused(error.message)
    throw error
  }
}

/** The key that a token names, and no other; a token that names none is checked with the site's first secret. */
function keyFor(
  kid: unknown,
  { secret, identityKeys }: Keys,
): { readonly algorithm: IdentityKey['algorithm']; readonly key: KeyObject } {
  if (kid !== undefined) {
    const named = identityKeys.find((one) => one.kid === kid)
    if (named === undefined) throw refused('its kid is none of the keys of this site')
    return { algorithm: named.algorithm, key: toKeyObject(named) }
  }
  if (secret === '') throw refused('it names no key (kid)')
  return { algorithm: 'HS256', key: createSecretKey(secret, 'utf8') }
}

const toKeyObject = ({ algorithm, key }: IdentityKey): KeyObject =>
  algorithm === 'HS256' ? createSecretKey(key, 'utf8') : createPublicKey(key)

const refused = (why: string) => new RequestError('unauthenticated', `the identity token was refused; ${why}`)
