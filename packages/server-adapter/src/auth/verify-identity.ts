// A visitor whom the host's back end has signed in: a short JWT, HS256 with the site's secret and nothing else.

import { jwtVerify } from 'jose'
import { JOSEError, JWTExpired } from 'jose/errors'
import * as v from 'valibot'
import { LIMITS } from '@pendopo/protocol'
import { storableText } from '@pendopo/protocol/schemas'
import { RequestError } from '../request-error.ts'
import type { Site } from '../store/store.ts'

/** A token may not promise itself more than an hour; a stolen one is worth little. */
const MAX_AHEAD_S = 3_600
/** Clocks of two servers may differ by so much. */
const LEEWAY_S = 60

const Claims = v.object({
  sub: v.pipe(storableText(LIMITS.nameLength), v.minLength(1)),
  exp: v.number(),
  name: v.optional(v.pipe(storableText(LIMITS.nameLength), v.minLength(1))),
  email: v.optional(v.pipe(v.string(), v.maxLength(254), v.email())),
})
export type IdentityClaims = v.InferOutput<typeof Claims>

/** The claims of a valid token; rejects with `unauthenticated` and the reason. */
export async function verifyIdentity(
  token: string,
  site: Pick<Site, 'id' | 'secret'>,
  now: number,
): Promise<IdentityClaims> {
  const payload = await verify(token, site, now)
  const claims = v.safeParse(Claims, payload)
  if (!claims.success) throw refused(`its claim ${v.getDotPath(claims.issues[0]) ?? ''} does not fit`)
  if (claims.output.exp > now / 1_000 + MAX_AHEAD_S + LEEWAY_S) throw refused('exp is more than an hour ahead')
  return claims.output
}

async function verify(token: string, site: Pick<Site, 'id' | 'secret'>, now: number): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(site.secret), {
      algorithms: ['HS256'],
      audience: site.id,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: LEEWAY_S,
      currentDate: new Date(now),
    })
    return payload
  } catch (error) {
    if (error instanceof JWTExpired) throw refused('it has expired')
    if (error instanceof JOSEError) throw refused(error.message)
    throw error
  }
}

const refused = (why: string) => new RequestError('unauthenticated', `the identity token was refused; ${why}`)
